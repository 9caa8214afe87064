//! Plans.

use super::app;
use super::write::Command;
use crate::domain::error::Taken;
use crate::domain::id::{PlanGroupId, PlanId};
use crate::domain::plan::{NewPlan, NewPlanPosition, Plan, PlanPatch, PlanRef};
use crate::domain::plan_group;
use crate::domain::timestamp::Timestamp;
use crate::domain::{Error, Result};
use crate::store::tables::{plan as plans, plan_group as groups};
use crate::store::transaction::Transaction;

/// Makes a plan.
#[derive(Debug, Clone)]
pub struct CreatePlan {
    /// What it is.
    pub new: NewPlan,
    /// The group it starts in; the inner `None` for a text that can be no id.
    pub group: Option<Option<PlanGroupId>>,
}

impl Command for CreatePlan {
    type Outcome = Plan;

    async fn execute(self, at: &Transaction, now: Timestamp) -> Result<Plan> {
        let group = match self.group {
            Some(id) => {
                let group = groups::find(at, id.as_ref()).await;
                let group = group.map_err(|error| error.in_field("planGroupId"))?;
                let place =
                    plan_group::next_position(&groups::members(at, &group).await?, "planGroupId")?;
                Some((group.id, place))
            }
            None => None,
        };
        let position = NewPlanPosition {
            is_first: !plans::any_exists(at).await?,
            creation_order: plans::next_creation_order(at).await?,
            group,
        };
        let plan = Plan::create(self.new, position, PlanId::from_uuid(app::unique()), now)?;
        if plans::code_is_taken(at, &plan.code).await? {
            return Err(Error::Duplicate(Taken::new(
                "code",
                "A plan with this code exists already.",
            )));
        }
        at.insert_plan(&plan).await?;
        Ok(plan)
    }
}

/// Loads a plan, lets the domain change it, and saves what changed.
pub(super) async fn change<T>(
    at: &Transaction,
    plan: Option<&PlanRef>,
    change: impl FnOnce(&mut Plan) -> Result<T>,
) -> Result<(Plan, T)> {
    let before = plans::find(at, plan).await?;
    let mut after = before.clone();
    let outcome = change(&mut after)?;
    at.save_plan(&before, &after).await?;
    Ok((after, outcome))
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

    async fn execute(self, at: &Transaction, now: Timestamp) -> Result<Plan> {
        let (plan, ()) =
            change(at, self.plan.as_ref(), |plan| plan.update(self.patch, now)).await?;
        Ok(plan)
    }
}

/// Deletes a plan; if it was the default, the next one in the list becomes it.
#[derive(Debug, Clone)]
pub struct DeletePlan {
    /// The plan; `None` for a text that can name none.
    pub plan: Option<PlanRef>,
}

impl Command for DeletePlan {
    type Outcome = PlanId;

    async fn execute(self, at: &Transaction, now: Timestamp) -> Result<PlanId> {
        let before = plans::find(at, self.plan.as_ref()).await?;
        let mut deleted = before.clone();
        deleted.delete(now);
        at.save_plan(&before, &deleted).await?;
        if before.is_default
            && let Some(next) = plans::first(at).await?
        {
            let mut heir = next.clone();
            heir.is_default = true;
            heir.updated_at = now;
            at.save_plan(&next, &heir).await?;
        }
        Ok(deleted.id)
    }
}
