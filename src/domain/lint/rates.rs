//! Rules about the exchange rates of a plan.

use super::finding::{LintRule, PastRates};
use super::found::{Found, rate_path, rate_value};
use super::medians::Medians;
use super::scale::Scale;
use crate::domain::money::{Currency, ExchangeRate};
use crate::domain::plan::{Plan, PlanExchangeRate};

/// Finds rates that are far from those of other plans.
pub(super) fn check_scale(plan: &Plan, medians: &Medians<'_>, found: &mut Vec<Found>) {
    for PlanExchangeRate {
        currency,
        exchange_rate: rate,
    } in &plan.exchange_rates
    {
        let median = medians.of_others(*currency, rate);
        found.extend(median.and_then(|median| {
            let name = "the usual rate of other plans";
            off_scale(*currency, rate, median, name)
        }));
    }
}

/// Finds a rate that is off by a power of ten.
pub(super) fn off_scale(
    currency: Currency,
    rate: &ExchangeRate,
    reference: &ExchangeRate,
    name: &str,
) -> Option<Found> {
    let scale = Scale::of(|n, m| rate.cmp_times(n, reference, m))?;
    let message = format!(
        "The rate of {currency}, {}, is {} {name}, {}.",
        rate.as_str(),
        scale.words(),
        reference.as_str()
    );
    Some(rate_found(
        LintRule::RateScale,
        currency,
        (rate, reference),
        message,
    ))
}

/// Finds rates that are those of 90 days ago.
pub(super) fn check_age(plan: &Plan, past: &PastRates, found: &mut Vec<Found>) {
    let Some(past) = past.get(&plan.id) else {
        return;
    };
    for PlanExchangeRate {
        currency,
        exchange_rate: rate,
    } in &plan.exchange_rates
    {
        let is_stale = |past: &&PlanExchangeRate| {
            past.currency == *currency && past.exchange_rate.has_value_of(rate)
        };
        found.extend(past.iter().find(is_stale).map(|past| {
            let message = format!(
                "The rate of {currency}, {}, is that of 90 days ago.",
                rate.as_str()
            );
            let rates = (rate, &past.exchange_rate);
            rate_found(LintRule::RateStale, *currency, rates, message)
        }));
    }
}

/// What is found about a rate, beside the one that it was compared with.
pub(super) fn rate_found(
    rule: LintRule,
    currency: Currency,
    (rate, expected): (&ExchangeRate, &ExchangeRate),
    message: String,
) -> Found {
    Found {
        rule,
        path: rate_path(currency),
        message,
        value: rate_value(rate),
        expected: rate_value(expected),
    }
}
