//! Rules about having prices: none at all, or some in US dollars beside the base prices.

use super::finding::LintRule;
use super::found::{Found, rate_path, rate_value};
use crate::domain::change::{Value, price_path};
use crate::domain::money::Currency;
use crate::domain::plan::Plan;

/// Finds a public plan without a price.
pub(super) fn check_unpriced(plan: &Plan, found: &mut Vec<Found>) {
    if plan.is_public && !plan.is_free && plan.prices.is_empty() {
        found.push(Found {
            rule: LintRule::PlanUnpriced,
            path: "prices".to_owned(),
            message: "The plan is public and not free, but has no price.".to_owned(),
            value: Value::Null,
            expected: Value::Null,
        });
    }
}

/// Finds US dollars as a regional currency, once in a plan.
pub(super) fn check_usd(plan: &Plan, found: &mut Vec<Found>) {
    found.extend(first_usd(plan).map(|(path, value)| {
        let message = "The plan has prices in usd for the United States, apart from the base \
                       prices that all others see.";
        Found {
            rule: LintRule::UsdVariant,
            path,
            message: message.to_owned(),
            value,
            expected: Value::Null,
        }
    }));
}

/// The rate, or else the first value.
fn first_usd(plan: &Plan) -> Option<(String, Value)> {
    const USD: Currency = Currency::Usd;
    let rate = plan.rate_of(USD);
    let rate = rate.map(|rate| (rate_path(USD), rate_value(rate)));
    let price = || {
        plan.prices.iter().find_map(|price| {
            let value = price.regional.get(&USD)?.price.get();
            let path = format!("{}.regionalPrices[{USD}].price", price_path(price));
            Some((path, value.into()))
        })
    };
    let overage = || {
        plan.features.iter().find_map(|item| {
            let value = item.visible_regional().get(&USD)?.unit_price.get();
            let code = item.feature.code.as_str();
            let path = format!("features[{code}].regionalPrices[{USD}].overageUnitPrice");
            Some((path, value.into()))
        })
    };
    rate.or_else(price).or_else(overage)
}
