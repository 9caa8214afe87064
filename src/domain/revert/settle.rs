//! Deriving values again after a change was taken back.

use crate::domain::error::Violations;
use crate::domain::money::Currency;
use crate::domain::plan::{Plan, PlanExchangeRate};
use crate::domain::plan_price::PlanPrice;
use crate::domain::regional::{Deriver, ErrorField, RegionalOffer};

/// Derives everything that is derived at the plan's rates, and drops what has no rate any more.
pub(super) fn settle(plan: &mut Plan, before: &Plan, after: &Plan, violations: &mut Violations) {
    let rates = plan.exchange_rates.clone();
    let error_field = ErrorField::Field("revision".to_owned());
    for price in &mut plan.prices {
        drop_underivable(price, &rates);
        let is_new = !before.prices.iter().any(|old| old.id == price.id);
        for rate in &rates {
            let is_restored =
                before.rate_of(rate.currency).is_some() && after.rate_of(rate.currency).is_none();
            let deriver = Deriver::at(&rate.exchange_rate, rate.currency, &error_field, violations);
            if is_restored && is_new {
                // The currency comes back to a price that was added without it.
                price.sync(deriver);
            } else if let Some(regional) = price.regional.get_mut(&rate.currency) {
                regional.follow(&price.terms, deriver);
            }
        }
    }
    for item in &mut plan.features {
        item.regional
            .retain(|currency, value| !value.auto_synced || has(&rates, *currency));
        item.sync_all(&rates, &error_field, violations);
    }
}

fn has(rates: &[PlanExchangeRate], currency: Currency) -> bool {
    rates.iter().any(|rate| rate.currency == currency)
}

/// Drops the derived values of a price in currencies without a rate.
fn drop_underivable(price: &mut PlanPrice, rates: &[PlanExchangeRate]) {
    price
        .regional
        .retain(|currency, value| !value.auto_synced || has(rates, *currency));
    for (currency, value) in &mut price.regional {
        if has(rates, *currency) {
            continue;
        }
        if value.balance_auto_synced {
            value.included_balance = None;
        }
        if let RegionalOffer::Derived(_) = value.intro_offer {
            value.intro_offer = RegionalOffer::Derived(None);
        }
    }
}
