//! Plans. What is in them is read and saved by [`plan_contents`](self::contents).

pub(in crate::store) mod contents;
pub(in crate::store) mod entity;
mod position;

use std::collections::HashSet;

use sea_orm::{
    ActiveModelTrait,
    ActiveValue::{Set, Unchanged},
    ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Select,
};

use self::contents as plan_contents;
use self::contents::{Contents, PartChanges, PlanRange};
use self::entity::plan::{ActiveModel, Column, Entity, Model};
pub use self::position::PlanPlace;
use self::position::{behind, from_to};
use super::changes::ChangedPlan;
use super::row::Word;
use crate::domain::id::{PlanGroupId, PlanId};
use crate::domain::page::{Page, PageRequest};
use crate::domain::plan::{ConsumptionModel, Plan, PlanRef};
use crate::domain::text::{Code, Description, Metadata, Name};
use crate::domain::timestamp::Timestamp;
use crate::domain::{Error, Result};
use crate::store::query::{InScope, only, within};
use crate::store::transaction::Transaction;

fn from_row(row: Model, contents: Contents) -> Result<Plan> {
    let Model {
        id,
        scope_id: _,
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
        revision: _,
    } = row;
    let Contents {
        features,
        prices,
        exchange_rates,
    } = contents;
    Ok(Plan {
        id: PlanId::from_row(id),
        code: Code::from_row(code),
        name: Name::from_row(name),
        description: description.map(Description::from_row),
        consumption_model: ConsumptionModel::from_column(&consumption_model)?,
        is_public,
        is_default,
        is_free,
        block_on_exhaustion,
        sort_order,
        creation_order,
        plan_group_id: plan_group_id.map(PlanGroupId::from_row),
        metadata: metadata.map(Metadata::from_row),
        created_at: Timestamp::from_millis(created_at),
        updated_at: Timestamp::from_millis(updated_at),
        deleted_at: deleted_at.map(Timestamp::from_millis),
        features,
        prices,
        exchange_rates,
    })
}

/// The row of a plan, without what is in the plan.
fn to_row(at: &Transaction, plan: &Plan) -> Model {
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
        scope_id: at.scope().id.as_str().to_owned(),
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
        revision: at.revision(),
    }
}

fn existing(at: &impl InScope) -> Select<Entity> {
    within::<Entity>(at).filter(Column::DeletedAt.is_null())
}

async fn find_row(at: &impl InScope, plan: &PlanRef) -> Result<Option<Model>> {
    let named = match plan {
        PlanRef::Id(id) => Column::Id.eq(id.as_str()),
        PlanRef::Code(code) => Column::Code.eq(code.as_str()),
    };
    Ok(only(existing(at).filter(named), at.connection()).await?)
}

/// The plan that is named, with everything that is in it.
///
/// # Errors
/// `PlanNotFound`; `Unavailable` or `Internal`.
pub async fn find(at: &impl InScope, plan: Option<&PlanRef>) -> Result<Plan> {
    let (found, _) = find_with_revision(at, plan.ok_or(Error::PlanNotFound)?).await?;
    Ok(found)
}

/// The plan that is named, with everything that is in it, and the revision of the scope when it last
/// changed.
///
/// # Errors
/// `PlanNotFound`; `Unavailable` or `Internal`.
pub async fn find_with_revision(at: &impl InScope, plan: &PlanRef) -> Result<(Plan, i64)> {
    let row = find_row(at, plan).await?.ok_or(Error::PlanNotFound)?;
    let revision = row.revision;
    Ok((with_contents(at, row).await?, revision))
}

async fn with_contents(at: &impl InScope, row: Model) -> Result<Plan> {
    let mut contents = plan_contents::read(at, &PlanRange::One(row.id.clone())).await?;
    let own = contents.remove(&row.id).unwrap_or_default();
    from_row(row, own)
}

/// What a list is made of: enough to know which plans are in it, and whether they changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanHead {
    /// The plan.
    pub id: PlanId,
    /// Its place in the list.
    pub place: PlanPlace,
    /// The revision of the scope when it last changed.
    pub revision: i64,
}

/// Heads of plans by place and then by age.
///
/// # Errors
/// `Unavailable` or `Internal`.
pub async fn heads(
    at: &impl InScope,
    include_private: bool,
    page: &PageRequest<PlanPlace>,
) -> Result<Page<PlanHead>> {
    let mut query = in_order(at).limit(page.rows_to_read());
    if !include_private {
        query = query.filter(Column::IsPublic.eq(true));
    }
    if let Some(after) = &page.after {
        query = query.filter(behind(after));
    }
    let rows: Vec<(String, i64, i64, i64)> = query
        .select_only()
        .columns([
            Column::Id,
            Column::SortOrder,
            Column::CreationOrder,
            Column::Revision,
        ])
        .into_tuple()
        .all(at.connection())
        .await?;
    let head = |(id, sort_order, creation_order, revision)| PlanHead {
        id: PlanId::from_row(id),
        place: PlanPlace {
            sort_order,
            creation_order,
        },
        revision,
    };
    Ok(Page::from_rows(rows.into_iter().map(head).collect(), page))
}

/// Up to so many plans are looked up one by one.
const FEW: usize = 4;

/// The plans of heads, which are in the order of the list, each with its revision: with everything
/// that is in them, in a constant number of statements.
///
/// # Errors
/// `Unavailable` or `Internal`.
pub async fn of_heads(at: &impl InScope, heads: &[&PlanHead]) -> Result<Vec<(Plan, i64)>> {
    let (Some(first), Some(last)) = (heads.first(), heads.last()) else {
        return Ok(Vec::new());
    };
    if heads.len() <= FEW {
        let mut plans = Vec::new();
        for head in heads {
            plans.push(find_with_revision(at, &PlanRef::Id(head.id.clone())).await?);
        }
        return Ok(plans);
    }
    let wanted: HashSet<&str> = heads.iter().map(|head| head.id.as_str()).collect();
    let rows = in_order(at)
        .filter(from_to(&first.place, &last.place))
        .all(at.connection())
        .await?;
    let range = PlanRange::Between {
        first: first.place,
        last: last.place,
    };
    let mut contents = plan_contents::read(at, &range).await?;
    rows.into_iter()
        .filter(|row| wanted.contains(row.id.as_str()))
        .map(|row| {
            let own = contents.remove(&row.id).unwrap_or_default();
            let revision = row.revision;
            from_row(row, own).map(|plan| (plan, revision))
        })
        .collect()
}

/// Plans by place and then by age.
fn in_order(at: &impl InScope) -> Select<Entity> {
    existing(at)
        .order_by_asc(Column::SortOrder)
        .order_by_asc(Column::CreationOrder)
}

/// Whether a plan that is not deleted has this code.
///
/// # Errors
/// `Unavailable` or `Internal`.
pub async fn code_is_taken(at: &impl InScope, code: &Code) -> Result<bool> {
    Ok(find_row(at, &PlanRef::Code(code.clone())).await?.is_some())
}

/// Whether the scope has a plan that is not deleted.
///
/// # Errors
/// `Unavailable` or `Internal`.
pub async fn any_exists(at: &impl InScope) -> Result<bool> {
    Ok(existing(at).limit(1).count(at.connection()).await? > 0)
}

/// The place by creation of the next plan: how many plans the scope ever had.
///
/// # Errors
/// `Unavailable` or `Internal`.
pub async fn next_creation_order(at: &impl InScope) -> Result<i64> {
    let newest = within::<Entity>(at)
        .select_only()
        .column(Column::CreationOrder)
        .order_by_desc(Column::CreationOrder)
        .limit(1)
        .into_tuple::<i64>()
        .one(at.connection())
        .await?;
    Ok(newest.map_or(0, |newest| newest + 1))
}

/// The plan that stands first in the list, if there is one.
///
/// # Errors
/// `Unavailable` or `Internal`.
pub async fn first(at: &impl InScope) -> Result<Option<Plan>> {
    let row = in_order(at).one(at.connection()).await?;
    match row {
        Some(row) => with_contents(at, row).await.map(Some),
        None => Ok(None),
    }
}

impl Transaction {
    /// Adds a plan that has nothing in it yet.
    ///
    /// # Errors
    /// `Unavailable` or `Internal`.
    pub async fn insert_plan(&self, plan: &Plan) -> Result<()> {
        Entity::insert(ActiveModel::from(to_row(self, plan)).reset_all())
            .exec_without_returning(self.connection())
            .await?;
        self.note_plan(ChangedPlan::from(plan));
        Ok(())
    }

    /// Saves what of a plan changed since it was read in this transaction, and nothing else.
    ///
    /// # Errors
    /// `Unavailable` or `Internal`.
    pub async fn save_plan(&self, before: &Plan, after: &Plan) -> Result<()> {
        if before == after {
            return Ok(());
        }
        self.save_row(to_row(self, before), to_row(self, after))
            .await?;
        PartChanges::of(self, before, after).save(self).await?;
        self.note_plan(ChangedPlan::from(after));
        Ok(())
    }

    async fn save_row(&self, old: Model, new: Model) -> Result<()> {
        let row = if old == new {
            // Only its contents changed, which its row has to say.
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

#[cfg(test)]
mod tests;
