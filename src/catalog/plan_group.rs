//! Plan groups.

use super::app::App;
use super::clock::unique;
use super::plan::change;
use super::write::{Changed, Command};
use crate::domain::change::ObjectChange;
use crate::domain::error::Taken;
use crate::domain::id::{PlanGroupId, PlanId};
use crate::domain::page::{CreationPosition, Page, PageRequest, Positioned};
use crate::domain::plan::{Plan, PlanRef};
use crate::domain::plan_group as rules;
use crate::domain::plan_group::{NewPlanGroup, PlanGroup, PlanGroupPatch, PlanGroupWithPlans};
use crate::domain::scope::Scope;
use crate::domain::timestamp::Timestamp;
use crate::domain::{Error, Result};
use crate::store::tables::changes::Changes;
use crate::store::tables::{plan as plans, plan_group as groups};
use crate::store::transaction::Transaction;

impl App {
    /// Groups of the scope with their plans, oldest group first.
    ///
    /// # Errors
    /// `Unavailable` or `Internal`.
    pub async fn list_plan_groups(
        &self,
        scope: &Scope,
        page: &PageRequest<CreationPosition<PlanGroupId>>,
    ) -> Result<Page<Positioned<PlanGroupWithPlans, PlanGroupId>>> {
        groups::list(&self.snapshot(scope).await?, page).await
    }

    /// One group with its plans.
    ///
    /// # Errors
    /// `PlanGroupNotFound`; `Unavailable` or `Internal`.
    pub async fn get_plan_group(
        &self,
        scope: &Scope,
        id: Option<&PlanGroupId>,
    ) -> Result<PlanGroupWithPlans> {
        let snapshot = self.snapshot(scope).await?;
        let group = groups::find(&snapshot, id).await?;
        groups::with_plans(&snapshot, group).await
    }
}

async fn require_free_name(tx: &Transaction, group: &PlanGroup) -> Result<()> {
    if groups::name_is_taken(tx, &group.name, &group.id).await? {
        return Err(Error::Duplicate(Taken::new(
            "name",
            "A plan group with this name exists already.",
        )));
    }
    Ok(())
}

/// Creates a group.
#[derive(Debug, Clone)]
pub struct CreatePlanGroup(pub NewPlanGroup);

impl Command for CreatePlanGroup {
    type Outcome = PlanGroupWithPlans;

    async fn execute(
        self,
        tx: &Transaction,
        now: Timestamp,
    ) -> Result<Changed<PlanGroupWithPlans>> {
        let group = PlanGroup::create(self.0, PlanGroupId::from_uuid(unique()), now);
        require_free_name(tx, &group).await?;
        let changes = tx.insert_plan_group(&group).await?;
        let made = PlanGroupWithPlans {
            group,
            plans: Vec::new(),
        };
        Ok(Changed::new(made, changes))
    }
}

/// Changes a group.
#[derive(Debug, Clone)]
pub struct UpdatePlanGroup {
    /// The group; `None` for a text that can be no id.
    pub id: Option<PlanGroupId>,
    /// The change.
    pub patch: PlanGroupPatch,
}

impl Command for UpdatePlanGroup {
    type Outcome = PlanGroupWithPlans;

    async fn execute(
        self,
        tx: &Transaction,
        now: Timestamp,
    ) -> Result<Changed<PlanGroupWithPlans>> {
        let before = groups::find(tx, self.id.as_ref()).await?;
        let mut group = before.clone();
        group.update(self.patch, now);
        let mut changes = Changes::NONE;
        if group != before {
            require_free_name(tx, &group).await?;
            changes = tx.update_plan_group(&before, &group).await?;
        }
        let outcome = groups::with_plans(tx, group).await?;
        Ok(Changed::new(outcome, changes))
    }
}

/// Deletes a group; its plans stay.
#[derive(Debug, Clone)]
pub struct DeletePlanGroup {
    /// The group; `None` for a text that can be no id.
    pub id: Option<PlanGroupId>,
}

impl Command for DeletePlanGroup {
    type Outcome = PlanGroupId;

    async fn execute(self, tx: &Transaction, now: Timestamp) -> Result<Changed<PlanGroupId>> {
        let group = groups::find(tx, self.id.as_ref()).await?;
        let mut freed = Changes::NONE;
        for member in groups::members(tx, &group).await? {
            let leave = |plan: &mut Plan| {
                rules::leave_group(plan, now);
                Ok(())
            };
            let (_, changes) = change(tx, Some(&PlanRef::Id(member.plan_id)), leave)
                .await?
                .into_parts();
            freed = freed.and(changes);
        }
        let deleted = tx.delete_plan_group(&group).await?;
        let changes = deleted.and(freed.logged_as(ObjectChange::not_asked_for));
        Ok(Changed::new(group.id, changes))
    }
}

/// Adds a plan to a group.
#[derive(Debug, Clone)]
pub struct AddPlanToGroup {
    /// The group; `None` for a text that can be no id.
    pub id: Option<PlanGroupId>,
    /// The plan; `None` for a text that can name none.
    pub plan: Option<PlanRef>,
    /// Its position; `None` for the end of the group.
    pub sort_order: Option<i64>,
}

impl Command for AddPlanToGroup {
    type Outcome = ();

    async fn execute(self, tx: &Transaction, now: Timestamp) -> Result<Changed<()>> {
        let group = groups::find(tx, self.id.as_ref()).await?;
        let before = plans::find(tx, self.plan.as_ref()).await;
        let before = before.map_err(|error| error.in_field("planId"))?;
        let sort_order = match self.sort_order {
            Some(position) => position,
            None => rules::next_position(&groups::members(tx, &group).await?, "sortOrder")?,
        };
        let mut plan = before.clone();
        rules::add_to_group(&mut plan, &group.id, sort_order, now)?;
        let changes = tx.save_plan(&before, &plan).await?;
        Ok(Changed::new((), changes))
    }
}

/// Removes a plan from a group.
#[derive(Debug, Clone)]
pub struct RemovePlanFromGroup {
    /// The group; `None` for a text that can be no id.
    pub id: Option<PlanGroupId>,
    /// The plan; `None` for a text that can name none.
    pub plan: Option<PlanRef>,
}

impl Command for RemovePlanFromGroup {
    type Outcome = PlanId;

    async fn execute(self, tx: &Transaction, now: Timestamp) -> Result<Changed<PlanId>> {
        let group = groups::find(tx, self.id.as_ref()).await?;
        let before = plans::find(tx, self.plan.as_ref()).await?;
        if before.plan_group_id.as_ref() != Some(&group.id) {
            return Err(Error::PlanNotFound);
        }
        let mut plan = before.clone();
        rules::leave_group(&mut plan, now);
        let changes = tx.save_plan(&before, &plan).await?;
        Ok(Changed::new(plan.id, changes))
    }
}

/// Gives the plans of a group a new order.
#[derive(Debug, Clone)]
pub struct ReorderPlansInGroup {
    /// The group; `None` for a text that can be no id.
    pub id: Option<PlanGroupId>,
    /// Every plan of the group, in the new order.
    pub plans: Vec<Option<PlanRef>>,
}

impl Command for ReorderPlansInGroup {
    type Outcome = ();

    async fn execute(self, tx: &Transaction, now: Timestamp) -> Result<Changed<()>> {
        let group = groups::find(tx, self.id.as_ref()).await?;
        let members = groups::members(tx, &group).await?;
        let order = rules::check_reorder(&members, &self.plans)?;
        let mut changes = Changes::NONE;
        for (plan_id, sort_order) in order.into_iter().zip(0..) {
            let place = |plan: &mut Plan| {
                rules::place_in_group(plan, sort_order, now);
                Ok(())
            };
            let (_, moved) = change(tx, Some(&PlanRef::Id(plan_id)), place)
                .await?
                .into_parts();
            changes = changes.and(moved);
        }
        Ok(Changed::new((), changes))
    }
}
