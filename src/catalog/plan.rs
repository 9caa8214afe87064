//! Plans.

use super::clock::unique;
use super::write::{Changed, Command};
use crate::domain::change::ObjectChange;
use crate::domain::error::Taken;
use crate::domain::id::{PlanGroupId, PlanId};
use crate::domain::plan::{NewPlan, NewPlanPosition, Plan, PlanPatch, PlanRef};
use crate::domain::plan_group;
use crate::domain::timestamp::Timestamp;
use crate::domain::{Error, Result};
use crate::store::tables::{plan as plans, plan_group as groups};
use crate::store::transaction::Transaction;

/// Creates a plan.
#[derive(Debug, Clone)]
pub struct CreatePlan {
    /// Its properties.
    pub new: NewPlan,
    /// Its group; the inner `None` for a text that can be no id.
    pub group: Option<Option<PlanGroupId>>,
}

impl Command for CreatePlan {
    type Outcome = Plan;

    async fn execute(self, tx: &Transaction, now: Timestamp) -> Result<Changed<Plan>> {
        let group = match self.group {
            Some(id) => {
                let group = groups::find(tx, id.as_ref()).await;
                let group = group.map_err(|error| error.in_field("planGroupId"))?;
                let sort_order =
                    plan_group::next_position(&groups::members(tx, &group).await?, "planGroupId")?;
                Some((group.id, sort_order))
            }
            None => None,
        };
        let position = NewPlanPosition {
            is_first: !plans::any_exists(tx).await?,
            creation_order: plans::next_creation_order(tx).await?,
            group,
        };
        let plan = Plan::create(self.new, position, PlanId::from_uuid(unique()), now)?;
        if plans::code_is_taken(tx, &plan.code).await? {
            return Err(Error::Duplicate(Taken::new(
                "code",
                "A plan with this code exists already.",
            )));
        }
        let changes = tx.insert_plan(&plan).await?;
        Ok(Changed::new(plan, changes))
    }
}

/// Loads a plan, lets the domain change it, and saves the difference.
pub(super) async fn change<T>(
    tx: &Transaction,
    plan: Option<&PlanRef>,
    change: impl FnOnce(&mut Plan) -> Result<T>,
) -> Result<Changed<(Plan, T)>> {
    let before = plans::find(tx, plan).await?;
    let mut after = before.clone();
    let outcome = change(&mut after)?;
    let changes = tx.save_plan(&before, &after).await?;
    Ok(Changed::new((after, outcome), changes))
}

/// Changes a plan.
#[derive(Debug, Clone)]
pub struct UpdatePlan {
    /// The plan; `None` for a text that can name none.
    pub plan: Option<PlanRef>,
    /// The change.
    pub patch: PlanPatch,
}

impl Command for UpdatePlan {
    type Outcome = Plan;

    async fn execute(self, tx: &Transaction, now: Timestamp) -> Result<Changed<Plan>> {
        let changed = change(tx, self.plan.as_ref(), |plan| plan.update(self.patch, now));
        Ok(changed.await?.map(|(plan, ())| plan))
    }
}

/// Deletes a plan; if it was the default, the next plan in the list becomes the default.
#[derive(Debug, Clone)]
pub struct DeletePlan {
    /// The plan; `None` for a text that can name none.
    pub plan: Option<PlanRef>,
}

impl Command for DeletePlan {
    type Outcome = PlanId;

    async fn execute(self, tx: &Transaction, now: Timestamp) -> Result<Changed<PlanId>> {
        let before = plans::find(tx, self.plan.as_ref()).await?;
        let mut deleted = before.clone();
        deleted.delete(now);
        let mut changes = tx.save_plan(&before, &deleted).await?;
        if before.is_default
            && let Some(next) = plans::first(tx).await?
        {
            let mut heir = next.clone();
            heir.is_default = true;
            heir.updated_at = now;
            let inherited = tx.save_plan(&next, &heir).await?;
            changes = changes.and(inherited.logged_as(ObjectChange::not_asked_for));
        }
        Ok(Changed::new(deleted.id, changes))
    }
}
