//! Explanations of plans.

use super::app::App;
use crate::domain::Result;
use crate::domain::explain::Explained;
use crate::domain::id::PlanId;
use crate::domain::money::Currency;
use crate::domain::plan::PlanRef;
use crate::domain::scope::Scope;
use crate::domain::text::Code;
use crate::store::tables::plan as plans;

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
    /// Explains the money values of a plan, or those in one currency.
    ///
    /// # Errors
    /// `PlanNotFound`; `Unavailable` or `Internal`.
    pub async fn explain_plan(
        &self,
        scope: &Scope,
        plan: Option<&PlanRef>,
        currency: Option<Currency>,
    ) -> Result<ExplainedPlan> {
        let plan = plans::find(&self.snapshot(scope).await?, plan).await?;
        Ok(ExplainedPlan {
            values: plan.explain(currency),
            plan_id: plan.id,
            code: plan.code,
        })
    }
}
