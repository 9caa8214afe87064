//! Saving plans.

use sea_orm::{
    ActiveModelTrait,
    ActiveValue::{Set, Unchanged},
    EntityTrait,
};

use super::contents::ContentChanges;
use super::entity::plan::{ActiveModel, Entity, Model};
use super::row::to_row;
use super::version::version_of;
use crate::domain::Result;
use crate::domain::change::compare;
use crate::domain::plan::Plan;
use crate::store::query::InScope;
use crate::store::tables::changes::Changes;
use crate::store::transaction::Transaction;

/// What the log says of a plan that changed.
fn logged(before: Option<&Plan>, after: &Plan) -> Result<Changes> {
    let existing = |plan: &&Plan| plan.deleted_at.is_none();
    let change = compare(before.filter(existing), Some(after).filter(existing));
    Ok(Changes::logged(change, version_of(after)?).and(after.into()))
}

impl Transaction {
    fn row_of(&self, plan: &Plan) -> Model {
        to_row(self.scope().id.as_str(), plan, self.revision())
    }

    /// Inserts a plan without contents.
    ///
    /// # Errors
    /// `Unavailable` or `Internal`.
    pub async fn insert_plan(&self, plan: &Plan) -> Result<Changes> {
        Entity::insert(ActiveModel::from(self.row_of(plan)).reset_all())
            .exec_without_returning(self.connection())
            .await?;
        logged(None, plan)
    }

    /// Saves the difference between a plan as it was read in this transaction and as it is to be.
    ///
    /// # Errors
    /// `Unavailable` or `Internal`.
    pub async fn save_plan(&self, before: &Plan, after: &Plan) -> Result<Changes> {
        if before == after {
            return Ok(Changes::NONE);
        }
        self.save_row(self.row_of(before), self.row_of(after))
            .await?;
        ContentChanges::of(self, before, after).save(self).await?;
        logged(Some(before), after)
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
