//! Where the rules leave room, the model has to pick. Every pick that one line can turn is here, so
//! that a difference of opinion with the server is settled in one place.

use super::catalog::{Feature, Plan, PlanFeature, Price};
use super::regional::PriceRow;

/// Calls on groups name a plan by its id or its code, as paths below `/plans` do.
pub const PLAN_CODES_IN_GROUP_CALLS: bool = true;

/// A feature of a plan may be named by its code wherever `featureId` is asked for.
pub const FEATURE_CODES_FOR_IDS: bool = true;

/// A balance that was derived beside a manual price is still derived: it follows the base balance.
/// With `false` the row is manual or derived as a whole.
pub const BALANCE_FOLLOWS_BESIDE_MANUAL_PRICE: bool = true;

/// A free plan is free in every currency: neither a regional price above zero nor a regional offer.
pub const FREE_IN_EVERY_CURRENCY: bool = true;

/// An offer sent for a currency of a price that has no offer at all is held to the limits; one of a
/// price whose offer is switched off is not.
pub const OFFERS_BEFORE_ANY_KEEP_LIMITS: bool = true;

/// Naming the same price or feature twice among the overrides of a currency is refused.
pub const REPEATED_OVERRIDES_ARE_REFUSED: bool = true;

/// All rules that a call breaks are reported; with `false` some of them are enough.
pub const ALL_BROKEN_RULES_ARE_NAMED: bool = true;

/// A plain decimal is shown as it was sent, zeros at its end included; `1e2` only as the same number.
pub const RATES_KEEP_THEIR_ZEROS: bool = true;

/// The most digits of a rate that may say something.
pub const RATE_DIGITS: usize = 17;

/// Adding a plan to a group while it is in one, be it the same, is this conflict.
pub const ALREADY_IN_A_GROUP: &str = "duplicate";

/// Removing a plan that is not in the group is as if there were no such plan.
pub const NOT_IN_THE_GROUP: &str = "plan_not_found";

/// The field blamed when the place after a group's last would leave the bound.
pub const NO_PLACE_LEFT_ON_ADD: &str = "sortOrder";
pub const NO_PLACE_LEFT_ON_CREATE: &str = "planGroupId";

/// The field blamed for what a resync of everything makes impossible, and for a missing rate.
pub const REFUSED_BY_RESYNC: &str = "currency";

/// The field blamed when a currency's rate makes a derived value impossible.
pub const REFUSED_BY_RATE: &str = "exchangeRate";

/// A code that a path could not tell from an id of its kind, or from a path of ours.
pub fn is_reserved_code(code: &str, prefix: &str) -> bool {
    code == "manage" || code.starts_with(prefix)
}

/// A plan outside any group stands where it was created; places are never given anew.
pub fn place_by_creation(plans_created_before: i64) -> i64 {
    plans_created_before
}

/// Without a place of its own a plan goes behind the group's last.
pub fn next_place(taken: impl Iterator<Item = i64>) -> i64 {
    taken.max().map_or(0, |last| last + 1)
}

/// The feature and the price that a currency's answer counts: those with a value in it afterwards.
pub fn configured(plan: &Plan, currency: &str) -> (usize, usize) {
    let prices = plan
        .prices
        .iter()
        .filter(|price| price.row(currency).is_some());
    let features = plan.features.iter();
    let features = features.filter(|on| on.overage && on.row(currency).is_some());
    (prices.count(), features.count())
}

/// A price without a row in a currency that the plan has a rate for lost it to a deletion. What an
/// `upsert-regional-prices` then writes brings the price back and the balance, and no offer.
pub fn lost_its_offer(before: Option<&PriceRow>, has_rate: bool) -> bool {
    before.map_or(has_rate, |row| row.offer_is_deleted)
}

/// A change that says nothing about a missing offer leaves it missing.
pub fn offer_appears(price: &Price, sent_fields: usize) -> bool {
    price.offer.is_some() || sent_fields > 0
}

/// A feature override needs no enabled overage: a value for later is kept, as a manual one would be
/// when the overage is switched off. What can have no overage at all takes none.
pub fn takes_overage_override(plan: &Plan, feature: &Feature, on: &PlanFeature) -> bool {
    feature.kind != "boolean" && !plan.is_free && !on.unlimited
}

/// An offer override needs no enabled offer at the base, for the same reason.
pub fn takes_offer_override(plan: &Plan) -> bool {
    !(FREE_IN_EVERY_CURRENCY && plan.is_free)
}
