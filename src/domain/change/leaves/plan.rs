//! The leaves of plans.

use super::plan_price::{plan_price, price_path};
use super::{Gatherer, HasLeaves, Object, gathered};
use crate::domain::change::{Leaf, ObjectType, Value};
use crate::domain::id::PlanGroupId;
use crate::domain::money::{BasisPoints, Count};
use crate::domain::plan::{Plan, PlanExchangeRate};
use crate::domain::plan_feature::{Overage, PlanFeature, PlanFeatureSettings, RegionalOverage};
use crate::domain::text::Description;

impl HasLeaves for Plan {
    fn object(&self) -> Object {
        Object {
            object_type: ObjectType::Plan,
            id: self.id.to_string(),
            code: Some(self.code.as_str().to_owned()),
            name: self.name.as_str().to_owned(),
        }
    }

    fn leaves_unlike(&self, other: Option<&Self>) -> Vec<Leaf> {
        let features = self.features.iter();
        let prices = self.prices.iter();
        let rates = self.exchange_rates.iter();
        gathered(|at| {
            own(at, self);
            for item in features.filter(|item| is_new(*item, other.map(|other| &other.features))) {
                let code = item.feature.code.as_str();
                plan_feature(&mut at.part(format_args!("features[{code}]")), item);
            }
            for item in prices.filter(|item| is_new(*item, other.map(|other| &other.prices))) {
                plan_price(&mut at.part(price_path(item)), item);
            }
            let others = other.map(|other| &other.exchange_rates);
            for rate in rates.filter(|rate| is_new(*rate, others)) {
                exchange_rate(at, rate);
            }
        })
    }
}

/// Whether an item is not among others, which most items of a changed plan are.
fn is_new<T: PartialEq>(item: &T, others: Option<&Vec<T>>) -> bool {
    !others.is_some_and(|others| others.contains(item))
}

fn own(at: &mut Gatherer<'_>, plan: &Plan) {
    let Plan {
        id: _,
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
        created_at: _,
        updated_at: _,
        deleted_at: _,
        features: _,
        prices: _,
        exchange_rates: _,
    } = plan;
    let metadata = metadata
        .as_ref()
        .map(|data| Value::Json(data.as_json().to_owned()));
    at.add("name", name.as_str())
        .add("code", code.as_str())
        .add("description", description.as_ref().map(Description::as_str))
        .add("consumptionModel", consumption_model.as_str())
        .add("isPublic", *is_public)
        .add("isDefault", *is_default)
        .add("isFree", *is_free)
        .add("blockOnExhaustion", *block_on_exhaustion)
        .add("sortOrder", *sort_order)
        .add(
            "planGroupId",
            plan_group_id.as_ref().map(PlanGroupId::as_str),
        )
        .add("metadata", metadata);
}

fn exchange_rate(at: &mut Gatherer<'_>, rate: &PlanExchangeRate) {
    let PlanExchangeRate {
        currency,
        exchange_rate,
    } = rate;
    let rate = Value::Decimal(exchange_rate.as_str().to_owned());
    at.part(format_args!("exchangeRates[{currency}]"))
        .add("exchangeRate", rate);
}

/// How a plan includes a feature. The feature's own name and type are not part of the plan.
fn plan_feature(at: &mut Gatherer<'_>, item: &PlanFeature) {
    let PlanFeature {
        feature,
        settings,
        position: _,
        regional: _,
    } = item;
    let PlanFeatureSettings {
        enabled,
        included_amount,
        unlimited,
        overage: Overage {
            enabled: overage_enabled,
            unit_price,
        },
        credits_per_unit,
        pricing_mode,
        margin,
    } = settings;
    at.own(feature.id.as_str())
        .add("enabled", *enabled)
        .add("includedAmount", included_amount.get())
        .add("unlimited", *unlimited)
        .add("overage.enabled", *overage_enabled)
        .add("overage.unitPrice", unit_price.get())
        .add("creditsPerUnit", credits_per_unit.map(Count::get))
        .add("pricingMode", pricing_mode.as_str())
        .add("margin", margin.map(BasisPoints::get));
    for (currency, value) in item.visible_regional() {
        let RegionalOverage {
            unit_price,
            auto_synced,
        } = value;
        at.part(format_args!("regionalPrices[{currency}]"))
            .add_derived("overageUnitPrice", unit_price.get(), *auto_synced)
            .add_derived("autoSynced", *auto_synced, *auto_synced);
    }
}
