//! What a write changed that is kept in memory elsewhere.

use crate::domain::id::PlanId;
use crate::domain::plan::Plan;
use crate::domain::text::Code;

/// A plan that was changed, and what else it is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangedPlan {
    /// Its id.
    pub id: PlanId,
    /// Its code.
    pub code: Code,
}

impl From<&Plan> for ChangedPlan {
    fn from(plan: &Plan) -> Self {
        Self {
            id: plan.id.clone(),
            code: plan.code.clone(),
        }
    }
}

/// What a write changed that is kept in memory elsewhere.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Changes {
    /// The plans that it changed.
    pub plans: Vec<ChangedPlan>,
    /// Whether it changed what a key opens.
    pub keys: bool,
}
