//! Explanations of plans.

use super::app::App;
use super::last_writes::{Where, last_writes};
use super::past::{AtRevision, PastMoment};
use crate::domain::Result;
use crate::domain::change::ObjectType;
use crate::domain::explain::{Explained, Since};
use crate::domain::id::PlanId;
use crate::domain::money::Currency;
use crate::domain::permission::Resource;
use crate::domain::plan::{Plan, PlanRef};
use crate::domain::scope::Caller;
use crate::domain::text::Code;
use crate::store::history;
use crate::store::tables::plan as plans;
use crate::store::transaction::Snapshot;

/// A plan with its explained values.
#[derive(Debug)]
pub struct ExplainedPlan {
    /// The plan.
    pub plan_id: PlanId,
    /// Its code.
    pub code: Code,
    /// Its values, in the order in which the plan shows them.
    pub values: Vec<Explained>,
}

impl App {
    /// Explains the money values of a plan, or those in one currency. Whoever may read the history is
    /// told which change last wrote each.
    ///
    /// # Errors
    /// `PlanNotFound`; `Unavailable` or `Internal`.
    pub async fn explain_plan(
        &self,
        caller: &Caller,
        plan: Option<&PlanRef>,
        currency: Option<Currency>,
    ) -> Result<ExplainedPlan> {
        let snapshot = self.snapshot(&caller.scope).await?;
        let plan = plans::find(&snapshot, plan).await?;
        explained(&snapshot, caller, plan, currency, i64::MAX).await
    }

    /// The same for the plan as it was.
    ///
    /// # Errors
    /// `PlanNotFound`; validation and `HistoryPruned`, see [`PastMoment`]; `Unavailable` or `Internal`.
    pub async fn explain_past_plan(
        &self,
        caller: &Caller,
        plan: Option<&PlanRef>,
        currency: Option<Currency>,
        moment: PastMoment,
    ) -> Result<AtRevision<ExplainedPlan>> {
        let state = self.state_at(&caller.scope, moment, None).await?;
        let plan = state.plan(plan).await?;
        let explained = explained(&state.snapshot, caller, plan, currency, state.revision);
        Ok(state.with(explained.await?))
    }
}

async fn explained(
    snapshot: &Snapshot,
    caller: &Caller,
    plan: Plan,
    currency: Option<Currency>,
    last: i64,
) -> Result<ExplainedPlan> {
    let mut values = plan.explain(currency);
    if caller.rights.may_read(Resource::History) {
        set_since(snapshot, &plan, last, &mut values).await?;
    }
    Ok(ExplainedPlan {
        values,
        plan_id: plan.id,
        code: plan.code,
    })
}

/// Adds the changes, up to a revision, that last wrote the values of a plan.
async fn set_since(
    snapshot: &Snapshot,
    plan: &Plan,
    last: i64,
    values: &mut [Explained],
) -> Result<()> {
    let reach = history::reach(snapshot).await?;
    let place = Where {
        object_type: ObjectType::Plan,
        id: plan.id.as_str(),
        after: reach.start,
        last,
    };
    let paths = values.iter().map(|value| value.path.clone());
    let mut writes = last_writes(snapshot, &reach, place, paths).await?;
    for value in values {
        value.since = writes.remove(&value.path).map(|write| Since {
            revision: write.revision,
            at: write.at,
            actor: write.actor,
            note: write.note,
        });
    }
    Ok(())
}
