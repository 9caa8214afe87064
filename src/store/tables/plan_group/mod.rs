//! Plan groups.

pub(in crate::store) mod entity;

use std::collections::HashSet;

use sea_orm::{
    ActiveModelTrait,
    ActiveValue::{NotSet, Set},
    ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, TryIntoModel,
};

use self::entity as plan_group;
use super::by_creation;
use super::changes::Changes;
use super::plan::entity::plan;
use super::version;
use crate::domain::change::compare;
use crate::domain::id::{PlanGroupId, PlanId};
use crate::domain::page::{CreationPosition, Page, PageRequest, Positioned};
use crate::domain::plan_group::{GroupMember, PlanGroup, PlanGroupWithPlans};
use crate::domain::text::{Code, Description, Name};
use crate::domain::timestamp::Timestamp;
use crate::domain::{Error, Result};
use crate::store::query::{InScope, only, within};
use crate::store::transaction::Transaction;

pub(in crate::store) fn from_row(row: plan_group::Model) -> PlanGroup {
    let plan_group::Model {
        id,
        scope_id: _,
        name,
        description,
        is_public,
        created_at,
        updated_at,
        creation_order: _,
    } = row;
    PlanGroup {
        id: PlanGroupId::from_row(id),
        name: Name::from_row(name),
        description: description.map(Description::from_row),
        is_public,
        created_at: Timestamp::from_millis(created_at),
        updated_at: Timestamp::from_millis(updated_at),
    }
}

fn to_row(tx: &impl InScope, group: &PlanGroup) -> plan_group::ActiveModel {
    let PlanGroup {
        id,
        name,
        description,
        is_public,
        created_at,
        updated_at,
    } = group;
    plan_group::ActiveModel {
        id: Set(id.as_str().to_owned()),
        scope_id: Set(tx.scope().id.as_str().to_owned()),
        name: Set(name.as_str().to_owned()),
        description: Set(description.as_ref().map(|text| text.as_str().to_owned())),
        is_public: Set(*is_public),
        created_at: Set(created_at.as_millis()),
        updated_at: Set(updated_at.as_millis()),
        // Set once, when it is inserted.
        creation_order: NotSet,
    }
}

/// The group with this id.
///
/// # Errors
/// `PlanGroupNotFound`; `Unavailable` or `Internal`.
pub async fn find(tx: &impl InScope, id: Option<&PlanGroupId>) -> Result<PlanGroup> {
    let id = id.ok_or(Error::PlanGroupNotFound)?;
    let named = within::<plan_group::Entity>(tx).filter(plan_group::Column::Id.eq(id.as_str()));
    let row = only(named, tx.connection()).await?;
    row.map(from_row).ok_or(Error::PlanGroupNotFound)
}

/// Whether another group has this name, in whichever normal form it was stored.
///
/// # Errors
/// `Unavailable` or `Internal`.
pub async fn name_is_taken(
    tx: &impl InScope,
    name: &Name,
    by_other_than: &PlanGroupId,
) -> Result<bool> {
    // Databases do not compare normal forms, and groups are few.
    let others: Vec<String> = within::<plan_group::Entity>(tx)
        .select_only()
        .column(plan_group::Column::Name)
        .filter(plan_group::Column::Id.ne(by_other_than.as_str()))
        .into_tuple()
        .all(tx.connection())
        .await?;
    Ok(others.iter().any(|other| name.is_same_as(other)))
}

/// The plans of groups, each with its group, in the order of the list.
async fn members_of(tx: &impl InScope, groups: &[PlanGroup]) -> Result<Vec<(String, GroupMember)>> {
    let ids = groups.iter().map(|group| group.id.as_str());
    let rows: Vec<(String, String, String, String, i64)> = within::<plan::Entity>(tx)
        .select_only()
        .columns([
            plan::Column::PlanGroupId,
            plan::Column::Id,
            plan::Column::Code,
            plan::Column::Name,
            plan::Column::SortOrder,
        ])
        .filter(plan::Column::PlanGroupId.is_in(ids))
        .filter(plan::Column::DeletedAt.is_null())
        .order_by_asc(plan::Column::SortOrder)
        .order_by_asc(plan::Column::CreationOrder)
        .into_tuple()
        .all(tx.connection())
        .await?;
    let member = |(group, id, code, name, sort_order)| {
        (
            group,
            GroupMember {
                plan_id: PlanId::from_row(id),
                code: Code::from_row(code),
                name: Name::from_row(name),
                sort_order,
            },
        )
    };
    Ok(rows.into_iter().map(member).collect())
}

/// The plans of one group, in the order of the list.
///
/// # Errors
/// `Unavailable` or `Internal`.
pub async fn members(tx: &impl InScope, group: &PlanGroup) -> Result<Vec<GroupMember>> {
    let members = members_of(tx, std::slice::from_ref(group)).await?;
    Ok(members.into_iter().map(|(_, member)| member).collect())
}

/// A group with its plans, in the order of the list.
///
/// # Errors
/// `Unavailable` or `Internal`.
pub async fn with_plans(tx: &impl InScope, group: PlanGroup) -> Result<PlanGroupWithPlans> {
    let plans = members(tx, &group).await?;
    Ok(PlanGroupWithPlans { group, plans })
}

/// Groups with their plans, oldest group first.
///
/// # Errors
/// `Unavailable` or `Internal`.
pub async fn list(
    tx: &impl InScope,
    page: &PageRequest<CreationPosition<PlanGroupId>>,
) -> Result<Page<Positioned<PlanGroupWithPlans, PlanGroupId>>> {
    let query = by_creation::page(within::<plan_group::Entity>(tx), page);
    let rows = query.all(tx.connection()).await?;
    let orders: Vec<_> = rows.iter().map(|row| row.creation_order).collect();
    let Page { items, has_more } = Page::from_rows(rows.into_iter().map(from_row).collect(), page);
    let members = members_of(tx, &items).await?;
    let placed = |(group, order): (PlanGroup, Option<i64>)| {
        let own = members.iter().filter(|(id, _)| id == group.id.as_str());
        let plans = own.map(|(_, member)| member.clone()).collect();
        let id = group.id.clone();
        by_creation::placed(order, id, PlanGroupWithPlans { plans, group })
    };
    Ok(Page {
        items: items.into_iter().zip(orders).map(placed).collect(),
        has_more,
    })
}

/// The groups that are not public.
///
/// # Errors
/// `Unavailable` or `Internal`.
pub async fn private_ids(tx: &impl InScope) -> Result<HashSet<PlanGroupId>> {
    let ids: Vec<String> = within::<plan_group::Entity>(tx)
        .select_only()
        .column(plan_group::Column::Id)
        .filter(plan_group::Column::IsPublic.eq(false))
        .into_tuple()
        .all(tx.connection())
        .await?;
    Ok(ids.into_iter().map(PlanGroupId::from_row).collect())
}

/// What the log says of a group that changed. `row` is its row afterwards.
fn logged(
    before: Option<&PlanGroup>,
    after: Option<&PlanGroup>,
    row: Option<&plan_group::Model>,
) -> Result<Changes> {
    let version = row.map(version::write).transpose()?;
    Ok(Changes::logged(compare(before, after), version))
}

impl Transaction {
    /// Adds a group.
    ///
    /// # Errors
    /// `Unavailable` or `Internal`.
    pub async fn insert_plan_group(&self, group: &PlanGroup) -> Result<Changes> {
        let order = by_creation::next::<plan_group::Entity>(self).await?;
        // A deleted group may come back to its place, so no other one ever gets that: every place is
        // the revision of its write at least.
        let order = order.max(self.revision());
        self.restore_plan_group(group, Some(order)).await
    }

    /// Brings a deleted group back to its place among the groups.
    ///
    /// # Errors
    /// `Unavailable` or `Internal`.
    pub async fn restore_plan_group(
        &self,
        group: &PlanGroup,
        order: Option<i64>,
    ) -> Result<Changes> {
        let row = plan_group::ActiveModel {
            creation_order: Set(order),
            ..to_row(self, group)
        };
        let inserted = row.clone().try_into_model()?;
        plan_group::Entity::insert(row)
            .exec_without_returning(self.connection())
            .await?;
        logged(None, Some(group), Some(&inserted))
    }

    /// Saves a group that was read in this transaction.
    ///
    /// # Errors
    /// `Unavailable` or `Internal`.
    pub async fn update_plan_group(
        &self,
        before: &PlanGroup,
        after: &PlanGroup,
    ) -> Result<Changes> {
        let row = to_row(self, after).update(self.connection()).await?;
        // Publishable keys are shown a plan's group only while that is public.
        let inside = plan::Column::PlanGroupId.eq(after.id.as_str());
        let marked = self.mark_plans(inside).await?;
        Ok(logged(Some(before), Some(after), Some(&row))?.and(marked))
    }

    /// Deletes a group that no plan is in any more.
    ///
    /// # Errors
    /// `Unavailable` or `Internal`.
    pub async fn delete_plan_group(&self, group: &PlanGroup) -> Result<Changes> {
        plan_group::Entity::delete_many()
            .filter(plan_group::Column::ScopeId.eq(self.scope().id.as_str()))
            .filter(plan_group::Column::Id.eq(group.id.as_str()))
            .exec(self.connection())
            .await?;
        logged(Some(group), None, None)
    }
}
