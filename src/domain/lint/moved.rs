//! Rules about the change of a plan.

use std::collections::BTreeMap;

use super::finding::LintRule;
use super::found::Found;
use super::rates::{off_scale, rate_found};
use crate::domain::change::Value;
use crate::domain::money::{Currency, ExchangeRate};
use crate::domain::plan::{Plan, PlanExchangeRate};

/// Compares a plan with itself before a change.
pub(super) fn check(before: &Plan, after: &Plan) -> Vec<Found> {
    let mut found = Vec::new();
    check_rates(before, after, &mut found);
    if before.is_public {
        check_wiped(before, after, &mut found);
    }
    found
}

fn check_rates(before: &Plan, after: &Plan, found: &mut Vec<Found>) {
    for PlanExchangeRate {
        currency,
        exchange_rate: rate,
    } in &after.exchange_rates
    {
        if let Some(old) = before.rate_of(*currency) {
            found.extend(off_scale(*currency, rate, old, "the one before"));
            found.extend(jump(*currency, old, rate));
        }
    }
}

/// A move by more than 10 %.
fn jump(currency: Currency, old: &ExchangeRate, rate: &ExchangeRate) -> Option<Found> {
    let rises = rate.cmp_times(10, old, 11).is_gt();
    let falls = rate.cmp_times(10, old, 9).is_lt();
    (rises || falls).then(|| {
        let verb = if rises { "rises" } else { "falls" };
        let message = format!(
            "The rate of {currency} {verb} by more than 10 %, from {} to {}.",
            old.as_str(),
            rate.as_str()
        );
        rate_found(LintRule::RateJump, currency, (rate, old), message)
    })
}

/// All prices, or else all values of a currency.
fn check_wiped(before: &Plan, after: &Plan, found: &mut Vec<Found>) {
    if after.prices.is_empty() && !before.prices.is_empty() {
        let message = "The change takes all prices from a public plan.";
        let prices = before.prices.len();
        found.push(wiped("prices".to_owned(), message.to_owned(), prices));
        return;
    }
    let left = values_by_currency(after);
    for (currency, values) in values_by_currency(before) {
        if !left.contains_key(&currency) {
            let path = format!("exchangeRates[{currency}]");
            let message = format!("The change takes all values in {currency} from a public plan.");
            found.push(wiped(path, message, values));
        }
    }
}

fn wiped(path: String, message: String, expected: usize) -> Found {
    Found {
        rule: LintRule::PricesWiped,
        path,
        message,
        value: Value::Null,
        expected: i64::try_from(expected).ok().into(),
    }
}

/// The numbers of prices and of visible prices of overage in each currency but the base.
fn values_by_currency(plan: &Plan) -> BTreeMap<Currency, usize> {
    let prices = plan.prices.iter().flat_map(|price| price.regional.keys());
    let features = plan.features.iter();
    let overage = features.flat_map(|item| item.visible_regional().keys());
    let mut numbers = BTreeMap::new();
    for currency in prices.chain(overage) {
        *numbers.entry(*currency).or_default() += 1;
    }
    numbers
}
