//! The regional values of a plan that a document leads to.

use crate::domain::document::{
    PlanFeatureEntry, PriceEntry, RegionalEntry, RegionalOfferEntry, RegionalPriceEntry,
};
use crate::domain::error::Violations;
use crate::domain::money::ExchangeRate;
use crate::domain::plan::{Plan, PlanExchangeRate};
use crate::domain::plan_feature::RegionalOverage;
use crate::domain::plan_price::PlanPrice;
use crate::domain::regional::{Deriver, ErrorField, RegionalOffer, RegionalPrice};
use crate::domain::text::Code;

/// Makes what means the same equal: rates keep their digits where only those differ, what is derived
/// as a whole is left out, and all is in the order of the plan.
pub(super) fn fit(wanted: &mut [RegionalEntry], plan: &Plan) {
    wanted.sort_by_key(|entry| entry.currency);
    for entry in wanted {
        if let (Some(rate), Some(current)) = (&entry.rate, plan.rate_of(entry.currency))
            && rate.has_value_of(current)
        {
            entry.rate = Some(current.clone());
        }
        let has_rate = entry.rate.is_some();
        entry
            .prices
            .retain(|(_, price)| !has_rate || *price != RegionalPriceEntry::DERIVED);
        let place = |interval| {
            let mut prices = plan.prices.iter();
            let place = prices.position(|price| price.billing_interval == interval);
            place.unwrap_or(usize::MAX)
        };
        entry.prices.sort_by_key(|(interval, _)| place(*interval));
        let place = |code: &Code| {
            let mut features = plan.features.iter();
            let place = features.position(|item| item.feature.code == *code);
            place.unwrap_or(usize::MAX)
        };
        entry.features.sort_by_key(|(code, _)| place(code));
    }
}

/// Drops what is said of prices and features that go: the document is silent about currencies, so
/// their values go too.
pub(super) fn drop_gone(
    kept: &mut [RegionalEntry],
    prices: &[PriceEntry],
    features: &[PlanFeatureEntry],
) {
    for entry in kept {
        entry
            .prices
            .retain(|(interval, _)| prices.iter().any(|price| price.interval == *interval));
        entry
            .features
            .retain(|(code, _)| features.iter().any(|item| item.code == *code));
    }
}

/// Gives a plan these regional values, and derives the rest.
pub(super) fn set(
    plan: &mut Plan,
    wanted: &[RegionalEntry],
    path: &str,
    violations: &mut Violations,
) {
    let rates = wanted.iter().filter_map(|entry| {
        let exchange_rate = entry.rate.clone()?;
        let currency = entry.currency;
        Some(PlanExchangeRate {
            currency,
            exchange_rate,
        })
    });
    plan.exchange_rates = rates.collect();
    plan.exchange_rates.sort_by_key(|rate| rate.currency);
    for entry in wanted {
        let path = format!("{path}.regional.{}", entry.currency);
        check_names(plan, entry, &path, violations);
        for price in &mut plan.prices {
            set_price(price, entry, &path, violations);
        }
        set_overage(plan, entry, &path, violations);
    }
}

/// Refuses values of prices and features that the plan does not have.
fn check_names(plan: &Plan, entry: &RegionalEntry, path: &str, violations: &mut Violations) {
    for (interval, _) in &entry.prices {
        let mut prices = plan.prices.iter();
        violations.require(
            prices.any(|price| price.billing_interval == *interval),
            format!("{path}.prices.{interval}"),
            "The plan has no price for this interval.",
        );
    }
    for (code, _) in &entry.features {
        let mut features = plan.features.iter();
        violations.require(
            features.any(|item| item.feature.code == *code),
            format!("{path}.features.{}", code.as_str()),
            "The plan does not have this feature.",
        );
    }
}

fn set_price(
    price: &mut PlanPrice,
    entry: &RegionalEntry,
    path: &str,
    violations: &mut Violations,
) {
    let interval = price.billing_interval;
    let mut named = entry.prices.iter();
    let named = named.find(|(of, _)| *of == interval);
    let wanted = match (named, &entry.rate) {
        (Some((_, wanted)), _) => *wanted,
        (None, Some(_)) => RegionalPriceEntry::DERIVED,
        (None, None) => return,
    };
    let RegionalPriceEntry::Present {
        price: by_hand,
        balance,
        offer,
    } = wanted
    else {
        return;
    };
    let path = format!("{path}.prices.{interval}");
    if by_hand.is_none() && entry.rate.is_none() {
        violations.add(
            format!("{path}.price"),
            "Is required, since the currency has no rate.",
        );
        return;
    }
    let mut regional = RegionalPrice {
        price: by_hand.unwrap_or(RegionalPrice::UNDERIVED.price),
        auto_synced: by_hand.is_none(),
        included_balance: balance,
        balance_auto_synced: balance.is_none(),
        intro_offer: match offer {
            RegionalOfferEntry::Derived => RegionalOffer::Derived(None),
            RegionalOfferEntry::Absent => RegionalOffer::Deleted,
            RegionalOfferEntry::Manual(terms) => RegionalOffer::Manual(terms),
        },
    };
    if let Some(rate) = &entry.rate {
        let field = ErrorField::Item(path);
        let deriver = Deriver::at(rate, entry.currency, &field, violations);
        regional.follow(&price.terms, deriver);
    }
    price.regional.insert(entry.currency, regional);
}

fn set_overage(plan: &mut Plan, entry: &RegionalEntry, path: &str, violations: &mut Violations) {
    for item in &mut plan.features {
        let code = &item.feature.code;
        let mut named = entry.features.iter();
        if let Some((_, unit_price)) = named.find(|(of, _)| of == code) {
            let by_hand = RegionalOverage {
                unit_price: *unit_price,
                auto_synced: false,
            };
            item.regional.insert(entry.currency, by_hand);
        } else if let Some(rate) = &entry.rate {
            let field = ErrorField::Field(format!("{path}.features.{}", code.as_str()));
            item.sync(deriver(rate, entry, &field, violations));
        }
    }
}

fn deriver<'a>(
    rate: &'a ExchangeRate,
    entry: &RegionalEntry,
    field: &'a ErrorField,
    violations: &'a mut Violations,
) -> Deriver<'a> {
    Deriver::at(rate, entry.currency, field, violations)
}
