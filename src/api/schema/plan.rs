//! Plans on the wire.

use serde::{Deserialize, Serialize};

use super::object::object;
use super::plan_feature::PlanFeatureItem;
use super::plan_price::PlanPriceItem;
use super::scalar::{Nullable, Rate, SafeInteger, kind};
use crate::domain::id::PlanGroupId;
use crate::domain::money::Currency;
use crate::domain::patch::Patch;
use crate::domain::plan as domain;
use crate::domain::plan::{ConsumptionModel, NewPlan, PlanPatch};
use crate::domain::scope::Scope;
use crate::domain::text::{Code, Description, Metadata, Name};
use crate::domain::timestamp::Timestamp;

object! {
    /// A plan with its features, its prices, and what they are in other currencies.
    #[derive(Debug, Serialize)]
    pub struct Plan {
        /// The id of the plan.
        id: String { example: "pln_01960b2e8f3a7c41a5d2e9b07c6f1d34" },
        /// The display name.
        name: Name { example: "Pro" },
        /// The code, unique among the plans of the catalog.
        code: Code { example: "pro" },
        /// What it is.
        description: Nullable<Description> { example: "For teams that ship every day" },
        /// How its customers pay for what they use.
        consumption_model: Nullable<ConsumptionModel> { example: "metered" },
        /// Whether it is public; lists leave private plans out unless `includePrivate` is `true`.
        is_public: bool { example: true },
        /// Whether it is the default plan; a catalog with plans has exactly one.
        is_default: bool { example: true },
        /// Whether it costs nothing.
        is_free: bool { example: false },
        /// Whether use stops when credits or balance run out; null on metered plans.
        block_on_exhaustion: Nullable<bool>,
        /// The position in its group; for a plan in no group, its position by creation.
        sort_order: SafeInteger { example: 0 },
        /// The id of its group, if it is in one.
        plan_group_id: Nullable<String>,
        /// The client's own data.
        metadata: Nullable<Metadata> { example: serde_json::json!({"badge": "popular"}) },
        /// When it was created.
        created_at: Timestamp { example: "2026-07-11T09:30:00.000Z" },
        /// When one of its own fields last changed; its features and prices do not count.
        updated_at: Timestamp { example: "2026-07-11T09:30:00.000Z" },
        /// Its features, in the order in which they were added.
        features: Vec<PlanFeatureItem>,
        /// Its prices, in the order in which they were added; one per billing interval.
        prices: Vec<PlanPriceItem>,
        /// The rates that its regional values are derived with, by currency code.
        exchange_rates: Vec<PlanExchangeRate>,
        /// Always `plan`.
        object: kind::Plan,
        /// Whether it belongs to the live catalog.
        livemode: bool { example: false },
    }
}

object! {
    /// The exchange rate of a plan for one currency.
    #[derive(Debug, Serialize)]
    pub struct PlanExchangeRate {
        /// The currency.
        currency: Currency { example: "jpy" },
        /// Units of the currency per US dollar, both in major units, as it was set.
        exchange_rate: Rate { example: 150 },
    }
}

object! {
    /// A plan to create.
    #[derive(Debug, Deserialize)]
    pub struct CreatePlanRequest {
        /// The display name.
        name: Name { pattern: Name::PATTERN, example: "Pro" },
        /// The code, unique among the plans of the catalog. It cannot start with `pln_` or be `manage`.
        code: Code { example: "pro" },
        /// What it is.
        description: Option<Description> { example: "For teams that ship every day" },
        /// How its customers pay for what they use; it cannot be changed later.
        consumption_model: Option<ConsumptionModel> { default: "metered", example: "metered" },
        /// Whether it is public; lists leave private plans out unless `includePrivate` is `true`.
        is_public: Option<bool> { default: true, example: true },
        /// Whether it costs nothing; it cannot be changed later.
        is_free: Option<bool> { default: false, example: false },
        /// Whether use stops when credits or balance run out. Not for metered plans, where only `false` is taken; `false` where it is left out.
        block_on_exhaustion: Option<bool> { example: false },
        /// The id of the group to put it into, after the last plan there.
        plan_group_id: Option<String>,
        /// The client's own data: at most 50 keys of at most 40 characters, and 16 KiB as JSON.
        #[serde(default)]
        metadata: Patch<Metadata> { example: serde_json::json!({"badge": "popular"}) },
    }
}

object! {
    /// A change of a plan; what is absent stays.
    #[derive(Debug, Deserialize)]
    pub struct UpdatePlanRequest {
        /// The display name.
        name: Option<Name> { pattern: Name::PATTERN, example: "Pro 2026" },
        /// What it is; null clears it.
        #[serde(default)]
        description: Patch<Description> { example: "For teams that ship every day, and at night" },
        /// The client's own data, which replaces what is stored: at most 50 keys of at most 40 characters, and 16 KiB as JSON. Null clears it.
        #[serde(default)]
        metadata: Patch<Metadata> { example: serde_json::json!({"badge": "new"}) },
        /// Whether it is public; lists leave private plans out unless `includePrivate` is `true`.
        is_public: Option<bool> { example: true },
    }
}

object! {
    /// Whether a plan is to be shown.
    #[derive(Debug, Deserialize)]
    pub struct SetPlanVisibilityRequest {
        /// Whether it is public; lists leave private plans out unless `includePrivate` is `true`.
        is_public: bool { example: false },
    }
}

object! {
    /// Whether a plan is shown.
    #[derive(Debug, Serialize)]
    pub struct PlanVisibility {
        /// The id of the plan.
        id: String { example: "pln_01960b2e8f3a7c41a5d2e9b07c6f1d34" },
        /// Whether it is public; lists leave private plans out unless `includePrivate` is `true`.
        is_public: bool { example: false },
        /// Always `plan`.
        object: kind::Plan,
        /// Whether it belongs to the live catalog.
        livemode: bool { example: false },
    }
}

impl CreatePlanRequest {
    /// The plan that is asked for, and the group to put it into.
    pub fn into_domain(self) -> (NewPlan, Option<Option<PlanGroupId>>) {
        let Self {
            name,
            code,
            description,
            consumption_model,
            is_public,
            is_free,
            block_on_exhaustion,
            plan_group_id,
            metadata,
        } = self;
        let new = NewPlan {
            name,
            code,
            description,
            consumption_model: consumption_model.unwrap_or(ConsumptionModel::Metered),
            is_public: is_public.unwrap_or(true),
            is_free: is_free.unwrap_or(false),
            block_on_exhaustion,
            metadata: metadata.into_value(),
        };
        (new, plan_group_id.map(|id| PlanGroupId::parse(&id)))
    }
}

impl UpdatePlanRequest {
    /// The change that is asked for.
    pub fn into_domain(self) -> PlanPatch {
        let Self {
            name,
            description,
            metadata,
            is_public,
        } = self;
        PlanPatch {
            name,
            description,
            metadata,
            is_public,
        }
    }
}

impl SetPlanVisibilityRequest {
    /// The change that is asked for.
    pub fn into_domain(self) -> PlanPatch {
        let Self { is_public } = self;
        PlanPatch {
            name: None,
            description: Patch::Keep,
            metadata: Patch::Keep,
            is_public: Some(is_public),
        }
    }
}

impl Plan {
    /// The plan as it goes over the wire.
    pub fn new(plan: domain::Plan, scope: &Scope) -> Self {
        let domain::Plan {
            id,
            code,
            name,
            description,
            consumption_model,
            is_public,
            is_default,
            is_free,
            block_on_exhaustion,
            sort_order,
            creation_order: _,
            plan_group_id,
            metadata,
            created_at,
            updated_at,
            deleted_at: _,
            features,
            prices,
            exchange_rates,
        } = plan;
        Self {
            id: id.to_string(),
            name,
            code,
            description: description.into(),
            consumption_model: Some(consumption_model).into(),
            is_public,
            is_default,
            is_free,
            block_on_exhaustion: block_on_exhaustion.into(),
            sort_order: SafeInteger(sort_order),
            plan_group_id: plan_group_id.map(|id| id.to_string()).into(),
            metadata: metadata.into(),
            created_at,
            updated_at,
            features: features.into_iter().map(PlanFeatureItem::new).collect(),
            prices: prices.into_iter().map(PlanPriceItem::new).collect(),
            exchange_rates: exchange_rates.iter().map(PlanExchangeRate::new).collect(),
            object: kind::Plan,
            livemode: scope.livemode(),
        }
    }
}

impl PlanExchangeRate {
    fn new(rate: &domain::PlanExchangeRate) -> Self {
        let domain::PlanExchangeRate {
            currency,
            exchange_rate,
        } = rate;
        Self {
            currency: *currency,
            exchange_rate: exchange_rate.into(),
        }
    }
}

impl PlanVisibility {
    /// The answer to a change of visibility.
    pub fn new(plan: &domain::Plan, scope: &Scope) -> Self {
        Self {
            id: plan.id.to_string(),
            is_public: plan.is_public,
            object: kind::Plan,
            livemode: scope.livemode(),
        }
    }
}
