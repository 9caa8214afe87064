//! Saving plans.

use sea_orm::{
    ActiveModelTrait,
    ActiveValue::{Set, Unchanged},
    EntityTrait,
};

use super::contents::ContentChanges;
use super::entity::plan::{ActiveModel, Entity, Model};
use crate::domain::Result;
use crate::domain::plan::Plan;
use crate::domain::timestamp::Timestamp;
use crate::store::query::InScope;
use crate::store::tables::changes::Changes;
use crate::store::transaction::Transaction;

/// The row of a plan, without its contents.
fn to_row(tx: &Transaction, plan: &Plan) -> Model {
    let Plan {
        id,
        code,
        name,
        description,
        consumption_model,
        is_public,
        is_default,
        is_free,
        block_on_exhaustion,
        sort_order,
        creation_order,
        plan_group_id,
        metadata,
        created_at,
        updated_at,
        deleted_at,
        features: _,
        prices: _,
        exchange_rates: _,
    } = plan;
    Model {
        id: id.as_str().to_owned(),
        scope_id: tx.scope().id.as_str().to_owned(),
        code: code.as_str().to_owned(),
        name: name.as_str().to_owned(),
        description: description.as_ref().map(|text| text.as_str().to_owned()),
        consumption_model: consumption_model.as_str().to_owned(),
        is_public: *is_public,
        is_default: *is_default,
        is_free: *is_free,
        block_on_exhaustion: *block_on_exhaustion,
        sort_order: *sort_order,
        creation_order: *creation_order,
        plan_group_id: plan_group_id.as_ref().map(|id| id.as_str().to_owned()),
        metadata: metadata.as_ref().map(|data| data.as_json().to_owned()),
        created_at: created_at.as_millis(),
        updated_at: updated_at.as_millis(),
        deleted_at: deleted_at.map(Timestamp::as_millis),
        revision: tx.revision(),
    }
}

impl Transaction {
    /// Inserts a plan without contents.
    ///
    /// # Errors
    /// `Unavailable` or `Internal`.
    pub async fn insert_plan(&self, plan: &Plan) -> Result<Changes> {
        Entity::insert(ActiveModel::from(to_row(self, plan)).reset_all())
            .exec_without_returning(self.connection())
            .await?;
        Ok(plan.into())
    }

    /// Saves the difference between a plan as it was read in this transaction and as it is to be.
    ///
    /// # Errors
    /// `Unavailable` or `Internal`.
    pub async fn save_plan(&self, before: &Plan, after: &Plan) -> Result<Changes> {
        if before == after {
            return Ok(Changes::NONE);
        }
        self.save_row(to_row(self, before), to_row(self, after))
            .await?;
        ContentChanges::of(self, before, after).save(self).await?;
        Ok(after.into())
    }

    async fn save_row(&self, old: Model, new: Model) -> Result<()> {
        let row = if old == new {
            // Only its contents changed; its row says so by the revision.
            ActiveModel {
                id: Unchanged(new.id),
                revision: Set(new.revision),
                ..Default::default()
            }
        } else {
            ActiveModel::from(new).reset_all()
        };
        Entity::update(row)
            .exec_without_returning(self.connection())
            .await?;
        Ok(())
    }
}
