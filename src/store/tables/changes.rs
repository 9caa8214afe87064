//! The changes of a write that caches have to learn of.

use super::plan::entity::plan;
use crate::domain::id::PlanId;
use crate::domain::plan::Plan;
use crate::domain::text::Code;

/// A plan that was changed, by both of its names.
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

impl From<plan::Model> for ChangedPlan {
    fn from(row: plan::Model) -> Self {
        Self {
            id: PlanId::from_row(row.id),
            code: Code::from_row(row.code),
        }
    }
}

/// The changes of a write that caches have to learn of. Whatever saves them returns them, and the
/// command hands them on.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "a cache that does not learn of a change answers with old values"]
pub struct Changes {
    /// The changed plans.
    pub plans: Vec<ChangedPlan>,
    /// Whether a key was revoked.
    pub keys: bool,
}

impl Changes {
    /// Nothing that a cache holds.
    pub const NONE: Self = Self {
        plans: Vec::new(),
        keys: false,
    };

    /// The revocation of a key.
    pub(in crate::store) const KEYS: Self = Self {
        plans: Vec::new(),
        keys: true,
    };

    /// These changes and others of the same write.
    pub fn and(mut self, other: Self) -> Self {
        self.plans.extend(other.plans);
        self.keys |= other.keys;
        self
    }
}

impl<P: Into<ChangedPlan>> FromIterator<P> for Changes {
    fn from_iter<I: IntoIterator<Item = P>>(plans: I) -> Self {
        Self {
            plans: plans.into_iter().map(Into::into).collect(),
            ..Self::NONE
        }
    }
}

impl From<&Plan> for Changes {
    fn from(plan: &Plan) -> Self {
        [plan].into_iter().collect()
    }
}
