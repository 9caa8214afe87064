//! Features of plans on the wire.

use serde::{Deserialize, Serialize};

use super::object::object;
use super::scalar::{Flag, Nullable, Reference, kind};
use crate::catalog::plan_feature::FeatureOfPlan;
use crate::domain::feature::{FeatureRef, FeatureType};
use crate::domain::id::FeatureId;
use crate::domain::money::{BasisPoints, Count, Currency, UnitPrice};
use crate::domain::patch::Patch;
use crate::domain::plan_feature as domain;
use crate::domain::plan_feature::{
    PlanFeaturePatch, PlanFeatureSettings, PricingMode, RegionalOverage,
};
use crate::domain::scope::Scope;
use crate::domain::text::{Code, Name, UnitName};

object! {
    /// A feature as a plan shows it.
    #[derive(Debug, Serialize)]
    pub struct PlanFeatureItem {
        /// The id of the feature.
        id: String { example: "feat_01960b2e8f3a7c41a5d2e9b07c6f1d34" },
        /// The code of the feature.
        code: Code { example: "api_calls" },
        /// The name of the feature.
        name: Name { example: "API calls" },
        /// How the feature is measured.
        r#type: FeatureType,
        /// What one unit of it is called.
        unit_name: Nullable<UnitName> { example: "call" },
        /// Whether the plan gives access to it.
        enabled: bool { example: true },
        /// Whole units included; null on a boolean feature.
        included_amount: Nullable<Count> { example: 10000 },
        /// Whether there is no limit.
        unlimited: bool { example: false },
        overage: Nullable<PlanFeatureItemOverage>,
        /// Whole credits that one unit takes; credits plans only.
        credits_per_unit: Nullable<Count>,
        /// How its use is priced.
        pricing_mode: PricingMode,
        /// What is added to the cost of an AI model, in basis points: 2500 is 25 %.
        margin: Nullable<BasisPoints>,
        /// The price of one unit of overage in other currencies, by currency code.
        regional_prices: Vec<RegionalOveragePrice>,
    }
}

object! {
    /// What use beyond the included amount costs; null on a boolean feature.
    #[derive(Debug, Serialize)]
    pub struct PlanFeatureItemOverage {
        /// Whether use may go beyond the included amount.
        enabled: bool { example: true },
        /// How it is charged; null where it is not.
        model: Nullable<kind::PerUnit> { example: "per_unit" },
        /// The price of one unit in 1/10000 of a US dollar: 20 is $0.002.
        unit_price: Nullable<UnitPrice> { example: 20 },
    }
}

object! {
    /// The price of one unit of overage in a currency.
    #[derive(Debug, Serialize)]
    pub struct RegionalOveragePrice {
        /// The currency.
        currency: Currency { example: "jpy" },
        /// The price of one unit in 1/10000 of a major unit of the currency: 3000 is ¥0.3.
        overage_unit_price: Nullable<UnitPrice> { example: 3000 },
        /// Whether it is derived from the price in US dollars and follows it.
        auto_synced: bool { example: true },
    }
}

object! {
    /// How a plan includes a feature.
    #[derive(Debug, Serialize)]
    pub struct PlanFeature {
        /// The id of the plan.
        plan_id: String { example: "pln_01960b2e8f3a7c41a5d2e9b07c6f1d34" },
        /// The id of the feature.
        feature_id: String { example: "feat_01960b2e8f3a7c41a5d2e9b07c6f1d34" },
        /// Whether the plan gives access to it.
        enabled: bool { example: true },
        /// Whole units included.
        included_amount: Count { example: 10000 },
        /// Whether there is no limit.
        unlimited: bool { example: false },
        /// What use beyond the included amount costs.
        overage: PlanFeatureOverage,
        /// Whole credits that one unit takes; credits plans only.
        credits_per_unit: Nullable<Count>,
        /// How its use is priced.
        pricing_mode: PricingMode,
        /// What is added to the cost of an AI model, in basis points: 2500 is 25 %.
        margin: Nullable<BasisPoints>,
        /// Always `plan`.
        object: kind::Plan,
        /// Whether it belongs to the live catalog.
        livemode: bool { example: false },
    }
}

object! {
    /// What use beyond the included amount costs.
    #[derive(Debug, Serialize)]
    pub struct PlanFeatureOverage {
        /// Whether use may go beyond the included amount.
        enabled: bool { example: true },
        /// The price of one unit in 1/10000 of a US dollar: 20 is $0.002.
        unit_price: UnitPrice { example: 20 },
    }
}

object! {
    /// What use beyond the included amount is to cost.
    #[derive(Debug, Deserialize)]
    pub struct AddPlanFeatureOverage {
        /// Whether use may go beyond the included amount. Not allowed together with `unlimited`, nor on a free plan.
        enabled: bool { example: true },
        /// The price of one unit in 1/10000 of a US dollar: 20 is $0.002.
        unit_price: UnitPrice { example: 20 },
    }
}

object! {
    /// A change of what use beyond the included amount costs; what is absent stays.
    #[derive(Debug, Deserialize)]
    pub struct UpdatePlanFeatureOverage {
        /// Whether use may go beyond the included amount. Not allowed together with `unlimited`, nor on a free plan.
        enabled: Option<bool> { example: true },
        /// The price of one unit in 1/10000 of a US dollar: 20 is $0.002.
        unit_price: Option<UnitPrice> { example: 25 },
    }
}

object! {
    /// A feature to add to a plan. A boolean feature takes only `enabled`.
    #[derive(Debug, Deserialize)]
    pub struct AddPlanFeatureRequest {
        /// The id or code of the feature.
        feature_id: Reference { example: "api_calls" },
        /// Whether the plan gives access to it.
        enabled: Option<bool> { default: true, example: true },
        /// Whole units included.
        included_amount: Option<Count> { default: 0, example: 10000 },
        /// Whether there is no limit; excludes overage.
        unlimited: Option<bool> { default: false, example: false },
        /// What use beyond the included amount costs. If omitted, use may not go beyond it.
        overage: Option<AddPlanFeatureOverage>,
        /// Whole credits that one unit takes; credits plans only.
        #[serde(default)]
        credits_per_unit: Patch<Count>,
        /// How its use is priced; `ai_model` is for balance plans.
        pricing_mode: Option<PricingMode> { default: "fixed", example: "fixed" },
        /// What is added to the cost of an AI model, in basis points: 2500 is 25 %. Balance plans with `ai_model` only.
        #[serde(default)]
        margin: Patch<BasisPoints>,
    }
}

object! {
    /// A change of how a plan includes a feature; what is absent stays.
    #[derive(Debug, Deserialize)]
    pub struct UpdatePlanFeatureRequest {
        /// Whether the plan gives access to it.
        enabled: Option<bool> { example: true },
        /// Whole units included.
        included_amount: Option<Count> { example: 20000 },
        /// Whether there is no limit; excludes overage.
        unlimited: Option<bool> { example: false },
        /// What use beyond the included amount costs.
        overage: Option<UpdatePlanFeatureOverage>,
        /// Whole credits that one unit takes; credits plans only. Null clears it.
        #[serde(default)]
        credits_per_unit: Patch<Count>,
    }
}

object! {
    /// A feature that was taken out of a plan.
    #[derive(Debug, Serialize)]
    pub struct RemovedPlanFeature {
        /// The id of the feature.
        id: String { example: "feat_01960b2e8f3a7c41a5d2e9b07c6f1d34" },
        /// Always `true`.
        removed: Flag,
        /// Always `plan`.
        object: kind::Plan,
        /// Whether the plan belongs to the live catalog.
        livemode: bool { example: false },
    }
}

impl AddPlanFeatureRequest {
    /// The feature that is named, and how the plan is to include it.
    pub fn into_domain(self) -> (Option<FeatureRef>, PlanFeatureSettings) {
        let Self {
            feature_id,
            enabled,
            included_amount,
            unlimited,
            overage,
            credits_per_unit,
            pricing_mode,
            margin,
        } = self;
        let default = PlanFeatureSettings::DEFAULT;
        let settings = PlanFeatureSettings {
            enabled: enabled.unwrap_or(default.enabled),
            included_amount: included_amount.unwrap_or(default.included_amount),
            unlimited: unlimited.unwrap_or(default.unlimited),
            overage: overage.map_or(default.overage, |overage| domain::Overage {
                enabled: overage.enabled,
                unit_price: overage.unit_price,
            }),
            credits_per_unit: credits_per_unit.into_value(),
            pricing_mode: pricing_mode.unwrap_or(default.pricing_mode),
            margin: margin.into_value(),
        };
        (FeatureRef::parse(feature_id.as_str()), settings)
    }
}

impl UpdatePlanFeatureRequest {
    /// The change that is asked for.
    pub fn into_domain(self) -> PlanFeaturePatch {
        let Self {
            enabled,
            included_amount,
            unlimited,
            overage,
            credits_per_unit,
        } = self;
        PlanFeaturePatch {
            enabled,
            included_amount,
            unlimited,
            overage_enabled: overage.as_ref().and_then(|overage| overage.enabled),
            overage_unit_price: overage.and_then(|overage| overage.unit_price),
            credits_per_unit,
        }
    }
}

impl PlanFeatureItem {
    /// The feature as its plan shows it.
    pub fn new(item: domain::PlanFeature) -> Self {
        let visible = item.visible_regional().iter();
        let regional_prices = visible
            .map(|(currency, regional)| RegionalOveragePrice::new(*currency, *regional))
            .collect();
        let domain::PlanFeature {
            feature,
            settings,
            position: _,
            regional: _,
        } = item;
        let is_counted = feature.feature_type != FeatureType::Boolean;
        let overage = PlanFeatureItemOverage::new(settings.overage);
        Self {
            id: feature.id.to_string(),
            code: feature.code,
            name: feature.name,
            r#type: feature.feature_type,
            unit_name: feature.unit_name.into(),
            enabled: settings.enabled,
            included_amount: is_counted.then_some(settings.included_amount).into(),
            unlimited: settings.unlimited,
            overage: is_counted.then_some(overage).into(),
            credits_per_unit: settings.credits_per_unit.into(),
            pricing_mode: settings.pricing_mode,
            margin: settings.margin.into(),
            regional_prices,
        }
    }
}

impl PlanFeatureItemOverage {
    fn new(overage: domain::Overage) -> Self {
        let domain::Overage {
            enabled,
            unit_price,
        } = overage;
        Self {
            enabled,
            model: enabled.then_some(kind::PerUnit).into(),
            unit_price: Some(unit_price).into(),
        }
    }
}

impl RegionalOveragePrice {
    fn new(currency: Currency, regional: RegionalOverage) -> Self {
        let RegionalOverage {
            unit_price,
            auto_synced,
        } = regional;
        Self {
            currency,
            overage_unit_price: Some(unit_price).into(),
            auto_synced,
        }
    }
}

impl PlanFeature {
    /// How the plan includes the feature.
    pub fn new(of_plan: &FeatureOfPlan, scope: &Scope) -> Self {
        let FeatureOfPlan { plan_id, feature } = of_plan;
        let PlanFeatureSettings {
            enabled,
            included_amount,
            unlimited,
            overage,
            credits_per_unit,
            pricing_mode,
            margin,
        } = feature.settings;
        Self {
            plan_id: plan_id.to_string(),
            feature_id: feature.feature.id.to_string(),
            enabled,
            included_amount,
            unlimited,
            overage: PlanFeatureOverage {
                enabled: overage.enabled,
                unit_price: overage.unit_price,
            },
            credits_per_unit: credits_per_unit.into(),
            pricing_mode,
            margin: margin.into(),
            object: kind::Plan,
            livemode: scope.livemode(),
        }
    }
}

impl RemovedPlanFeature {
    /// The answer to a removal.
    pub fn new(id: &FeatureId, scope: &Scope) -> Self {
        Self {
            id: id.to_string(),
            removed: Flag,
            object: kind::Plan,
            livemode: scope.livemode(),
        }
    }
}
