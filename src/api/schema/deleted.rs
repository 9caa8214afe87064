//! Replies to deletions.

use serde::Serialize;

use super::object::object;
use super::scalar::{Flag, kind};
use crate::catalog::regional::WithdrawnCurrency;
use crate::domain::id::{ApiKeyId, ChangesetId, FeatureId, PlanGroupId, PlanId, PriceId};
use crate::domain::money::Currency;
use crate::domain::scope::Scope;

object! {
    /// A plan, or a price of a plan, that was deleted.
    #[derive(Debug, Serialize)]
    pub struct DeletedPlan {
        /// The id of what was deleted.
        id: String { example: "pln_01960b2e8f3a7c41a5d2e9b07c6f1d34" },
        /// Always `true`.
        deleted: Flag,
        /// Always `plan`.
        object: kind::Plan,
        /// Whether it belonged to the live catalog.
        livemode: bool { example: false },
    }
}

object! {
    /// The regional prices of a price were deleted.
    #[derive(Debug, Serialize)]
    pub struct DeletedPlanRegionalPricing {
        /// Always `true`.
        deleted: Flag,
        /// Always `plan`.
        object: kind::Plan,
        /// Whether it belonged to the live catalog.
        livemode: bool { example: false },
    }
}

object! {
    /// A currency was withdrawn from a plan.
    #[derive(Debug, Serialize)]
    pub struct DeletedPlanCurrency {
        /// The id of the plan.
        plan_id: String { example: "pln_01960b2e8f3a7c41a5d2e9b07c6f1d34" },
        /// The currency.
        currency: Currency { example: "jpy" },
        /// Always `true`.
        deleted: Flag,
        /// Always `plan`.
        object: kind::Plan,
        /// Whether it belonged to the live catalog.
        livemode: bool { example: false },
    }
}

object! {
    /// A changeset that was discarded.
    #[derive(Debug, Serialize)]
    pub struct DeletedChangeset {
        /// The id of the changeset.
        id: String { example: "chs_01960b2e8f3a7c41a5d2e9b07c6f1d34" },
        /// Always `true`.
        deleted: Flag,
        /// Always `changeset`.
        object: kind::Changeset,
        /// Whether it belongs to the live catalog.
        livemode: bool { example: false },
    }
}

impl DeletedChangeset {
    /// The answer to discarding a changeset.
    pub fn new(id: &ChangesetId, scope: &Scope) -> Self {
        Self {
            id: id.to_string(),
            deleted: Flag,
            object: kind::Changeset,
            livemode: scope.livemode(),
        }
    }
}

object! {
    /// A feature that was deleted.
    #[derive(Debug, Serialize)]
    pub struct DeletedFeature {
        /// The id of the feature.
        id: String { example: "feat_01960b2e8f3a7c41a5d2e9b07c6f1d34" },
        /// Always `true`.
        deleted: Flag,
        /// Always `feature`.
        object: kind::Feature,
        /// Whether it belonged to the live catalog.
        livemode: bool { example: false },
    }
}

object! {
    /// A plan group that was deleted. Its plans are kept.
    #[derive(Debug, Serialize)]
    pub struct DeletedPlanGroup {
        /// The id of the group.
        id: String { example: "grp_01960b2e8f3a7c41a5d2e9b07c6f1d34" },
        /// Always `true`.
        deleted: Flag,
        /// Always `plan_group`.
        object: kind::PlanGroup,
        /// Whether it belonged to the live catalog.
        livemode: bool { example: false },
    }
}

object! {
    /// An API key that was revoked.
    #[derive(Debug, Serialize)]
    pub struct DeletedApiKey {
        /// The id of the key.
        id: String { example: "key_01960b2e8f3a7c41a5d2e9b07c6f1d34" },
        /// Always `true`.
        deleted: Flag,
        /// Always `api_key`.
        object: kind::ApiKey,
        /// Whether it opened the live catalog.
        livemode: bool { example: false },
    }
}

impl DeletedPlan {
    /// The answer to the deletion of a plan.
    pub fn new(id: &PlanId, scope: &Scope) -> Self {
        Self {
            id: id.to_string(),
            deleted: Flag,
            object: kind::Plan,
            livemode: scope.livemode(),
        }
    }

    /// The answer to the deletion of a price.
    pub fn of_price(id: &PriceId, scope: &Scope) -> Self {
        Self {
            id: id.to_string(),
            deleted: Flag,
            object: kind::Plan,
            livemode: scope.livemode(),
        }
    }
}

impl DeletedPlanRegionalPricing {
    /// The answer to a deletion.
    pub fn new(scope: &Scope) -> Self {
        Self {
            deleted: Flag,
            object: kind::Plan,
            livemode: scope.livemode(),
        }
    }
}

impl DeletedPlanCurrency {
    /// The answer to a deletion.
    pub fn new(withdrawn: &WithdrawnCurrency, scope: &Scope) -> Self {
        let WithdrawnCurrency { plan_id, currency } = withdrawn;
        Self {
            plan_id: plan_id.to_string(),
            currency: *currency,
            deleted: Flag,
            object: kind::Plan,
            livemode: scope.livemode(),
        }
    }
}

impl DeletedFeature {
    /// The answer to a deletion.
    pub fn new(id: &FeatureId, scope: &Scope) -> Self {
        Self {
            id: id.to_string(),
            deleted: Flag,
            object: kind::Feature,
            livemode: scope.livemode(),
        }
    }
}

impl DeletedPlanGroup {
    /// The answer to a deletion.
    pub fn new(id: &PlanGroupId, scope: &Scope) -> Self {
        Self {
            id: id.to_string(),
            deleted: Flag,
            object: kind::PlanGroup,
            livemode: scope.livemode(),
        }
    }
}

impl DeletedApiKey {
    /// The answer to a revocation.
    pub fn new(id: &ApiKeyId, scope: &Scope) -> Self {
        Self {
            id: id.to_string(),
            deleted: Flag,
            object: kind::ApiKey,
            livemode: scope.livemode(),
        }
    }
}
