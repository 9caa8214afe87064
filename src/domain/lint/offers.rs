//! The rule about tiny discounts.

use super::finding::LintRule;
use super::found::Found;
use crate::domain::change::price_path;
use crate::domain::money::Positive;
use crate::domain::plan::Plan;
use crate::domain::plan_price::{DiscountType, PlanPrice};
use crate::domain::regional::RegionalOffer;

/// One percent in basis points.
const ONE_PERCENT: i64 = 100;

/// Finds enabled offers with a percentage below 1 %, and manual ones in other currencies.
pub(super) fn check(plan: &Plan, found: &mut Vec<Found>) {
    for price in &plan.prices {
        let offer = price.terms.enabled_offer();
        let base = offer.and_then(|offer| offer.discount_type.zip(offer.discount_value));
        found.extend(base.and_then(|(kind, value)| tiny(&price_path(price), kind, value)));
        found.extend(manual_offers(price));
    }
}

fn manual_offers(price: &PlanPrice) -> impl Iterator<Item = Found> {
    price.regional.iter().filter_map(|(currency, regional)| {
        let Some(RegionalOffer::Manual(terms)) = price.visible_offer(regional) else {
            return None;
        };
        let path = format!("{}.regionalPrices[{currency}]", price_path(price));
        tiny(&path, terms.discount_type, terms.discount_value)
    })
}

fn tiny(path: &str, kind: DiscountType, value: Positive) -> Option<Found> {
    let value = value.get();
    (kind == DiscountType::Percentage && value < ONE_PERCENT).then(|| Found {
        rule: LintRule::DiscountTiny,
        path: format!("{path}.introOffer.discountValue"),
        message: format!(
            "The discount is 0.{value:02} %; {value} % is {} basis points.",
            value * ONE_PERCENT
        ),
        value: value.into(),
        expected: (value * ONE_PERCENT).into(),
    })
}
