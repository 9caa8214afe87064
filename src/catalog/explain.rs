//! Explanations of plans.

use super::app::App;
use super::last_writes::{Where, last_writes};
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
        let mut values = plan.explain(currency);
        if caller.rights.may_read(Resource::History) {
            set_since(&snapshot, &plan, &mut values).await?;
        }
        Ok(ExplainedPlan {
            values,
            plan_id: plan.id,
            code: plan.code,
        })
    }
}

/// Adds the changes that last wrote the values of a plan.
async fn set_since(snapshot: &Snapshot, plan: &Plan, values: &mut [Explained]) -> Result<()> {
    let reach = history::reach(snapshot).await?;
    let place = Where {
        object_type: ObjectType::Plan,
        id: plan.id.as_str(),
        after: reach.start,
        last: reach.head,
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
