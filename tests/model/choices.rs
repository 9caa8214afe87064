//! The model's choices where the rules leave room. Each choice is a line here, so that a
//! disagreement with the server is settled in one place.

use super::catalog::{Feature, Plan, PlanFeature, Price};
use super::regional::PriceRow;

/// Calls on groups name a plan by its id or its code, like paths below `/plans`.
pub const PLAN_CODES_IN_GROUP_CALLS: bool = true;

/// A `featureId` may be the code of the feature.
pub const FEATURE_CODES_FOR_IDS: bool = true;

/// A balance derived beside a manual price stays derived: it follows the base balance. With `false`
/// the row is manual or derived as a whole.
pub const BALANCE_FOLLOWS_BESIDE_MANUAL_PRICE: bool = true;

/// A free plan is free in every currency: neither a regional price above zero nor a regional offer.
pub const FREE_IN_EVERY_CURRENCY: bool = true;

/// An offer for a currency must keep the limits if the price has no offer at all, but not if its
/// offer is switched off.
pub const OFFERS_BEFORE_ANY_KEEP_LIMITS: bool = true;

/// Naming the same price or feature twice among the overrides of a currency is refused.
pub const REPEATED_OVERRIDES_ARE_REFUSED: bool = true;

/// All broken rules are reported; with `false` some of them are enough.
pub const ALL_BROKEN_RULES_ARE_NAMED: bool = true;

/// A plain decimal is shown as sent, with its trailing zeros; for `1e2` only the number must be the
/// same.
pub const RATES_KEEP_THEIR_ZEROS: bool = true;

/// The maximum number of significant digits of a rate.
pub const RATE_DIGITS: usize = 17;

/// The conflict when a plan that is in a group is added to any group.
pub const ALREADY_IN_A_GROUP: &str = "duplicate";

/// The error when a plan is removed from a group that it is not in.
pub const NOT_IN_THE_GROUP: &str = "plan_not_found";

/// The blamed field when no position is left after a group's last plan.
pub const NO_POSITION_LEFT_ON_ADD: &str = "sortOrder";
pub const NO_POSITION_LEFT_ON_CREATE: &str = "planGroupId";

/// The blamed field when a resync of everything is impossible, or its rate is missing.
pub const REFUSED_BY_RESYNC: &str = "currency";

/// The blamed field when a currency's rate makes a derived value impossible.
pub const REFUSED_BY_RATE: &str = "exchangeRate";

/// Whether a path could not tell a code from an id of the same kind, or from a fixed segment.
pub fn is_reserved_code(code: &str, prefix: &str) -> bool {
    code == "manage" || code.starts_with(prefix)
}

/// Outside a group, a plan's position is its order of creation; positions are never reused.
pub fn position_by_creation(plans_created_before: i64) -> i64 {
    plans_created_before
}

/// By default a plan goes after the last one of its group.
pub fn next_position(taken: impl Iterator<Item = i64>) -> i64 {
    taken.max().map_or(0, |last| last + 1)
}

/// The numbers of features and prices that have a value in a currency after the call.
pub fn configured(plan: &Plan, currency: &str) -> (usize, usize) {
    let prices = plan
        .prices
        .iter()
        .filter(|price| price.row(currency).is_some());
    let features = plan.features.iter();
    let features = features.filter(|on| on.overage && on.row(currency).is_some());
    (prices.count(), features.count())
}

/// If the plan has a rate for a currency in which a price has no row, the row was deleted. A later
/// `upsert-regional-prices` brings back the price and the balance, but not the offer.
pub fn lost_its_offer(before: Option<&PriceRow>, has_rate: bool) -> bool {
    before.map_or(has_rate, |row| row.offer_is_deleted)
}

/// A missing offer stays missing unless the change sends one of its fields.
pub fn offer_appears(price: &Price, sent_fields: usize) -> bool {
    price.offer.is_some() || sent_fields > 0
}

/// A feature override does not require enabled overage: the value is kept for later, like a manual
/// one when overage is switched off. A feature that cannot have overage takes no override.
pub fn takes_overage_override(plan: &Plan, feature: &Feature, on: &PlanFeature) -> bool {
    feature.kind != "boolean" && !plan.is_free && !on.unlimited
}

/// An offer override does not require an enabled base offer, for the same reason.
pub fn takes_offer_override(plan: &Plan) -> bool {
    !(FREE_IN_EVERY_CURRENCY && plan.is_free)
}
