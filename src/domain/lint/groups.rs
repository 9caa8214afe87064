//! Rules about the plans of a group.

use std::collections::BTreeSet;

use super::finding::LintRule;
use super::found::Found;
use super::ignoring::Ignoring;
use crate::domain::change::{Value, price_path};
use crate::domain::money::Currency;
use crate::domain::plan::Plan;
use crate::domain::plan_group::PlanGroup;

/// Maximum number of plans, and of currencies of each, that a message names.
const MAX_NAMED: usize = 5;

/// Public plans of a group that have prices, in its order, without those that switch a rule off.
fn compared<'a>(
    members: &[&'a Plan],
    ignoring: &Ignoring<'_>,
    rule: LintRule,
) -> impl Iterator<Item = &'a Plan> {
    let plans = members.iter().copied();
    plans.filter(move |plan| {
        plan.is_public && !plan.prices.is_empty() && !ignoring.ignores(plan, rule)
    })
}

/// Finds plans that lack a currency that others of their group have.
pub(super) fn currencies(
    group: &PlanGroup,
    members: &[&Plan],
    ignoring: &Ignoring<'_>,
) -> Option<Found> {
    let plans = compared(members, ignoring, LintRule::GroupCurrencies);
    let plans = plans.filter(|plan| !plan.is_free);
    let plans: Vec<_> = plans.map(|plan| (plan, currencies_of(plan))).collect();
    let all: BTreeSet<_> = plans.iter().flat_map(|(_, own)| own).copied().collect();
    let lacking: Vec<_> = plans
        .iter()
        .map(|(plan, own)| (*plan, all.difference(own).copied().collect::<Vec<_>>()))
        .filter(|(_, missing)| !missing.is_empty())
        .collect();
    if lacking.is_empty() {
        return None;
    }
    Some(Found {
        rule: LintRule::GroupCurrencies,
        path: "plans".to_owned(),
        message: format!(
            "The plans of {} differ in their currencies: {}.",
            group.name.as_str(),
            told(&lacking)
        ),
        value: json_array(lacking.iter().map(|(plan, _)| plan.code.as_str())),
        expected: json_array(all.iter().map(|currency| currency.as_str())),
    })
}

/// The currencies of a plan's prices and rates.
fn currencies_of(plan: &Plan) -> BTreeSet<Currency> {
    let prices = plan.prices.iter().flat_map(|price| price.regional.keys());
    let rates = plan.exchange_rates.iter().map(|rate| &rate.currency);
    prices.chain(rates).copied().collect()
}

/// Which plan lacks what, such as `team lacks eur, jpy; max lacks eur`.
fn told(lacking: &[(&Plan, Vec<Currency>)]) -> String {
    let named = lacking.iter().take(MAX_NAMED).map(|(plan, missing)| {
        let currencies = missing.iter().take(MAX_NAMED).map(|one| one.as_str());
        let mut currencies: Vec<_> = currencies.map(str::to_owned).collect();
        if let Some(more) = more_than_named(missing.len()) {
            currencies.push(format!("{more} more"));
        }
        format!("{} lacks {}", plan.code.as_str(), currencies.join(", "))
    });
    let mut parts: Vec<_> = named.collect();
    if let Some(more) = more_than_named(lacking.len()) {
        parts.push(format!("and {more} more"));
    }
    parts.join("; ")
}

fn more_than_named(count: usize) -> Option<usize> {
    count.checked_sub(MAX_NAMED).filter(|more| *more > 0)
}

/// A JSON array of codes, which have no characters to escape.
fn json_array<'a>(codes: impl Iterator<Item = &'a str>) -> Value {
    let codes: Vec<_> = codes.map(|code| format!("\"{code}\"")).collect();
    Value::Json(format!("[{}]", codes.join(",")))
}

/// Finds plans that are cheaper than the one before them in their group.
pub(super) fn order<'a>(members: &[&'a Plan], ignoring: &Ignoring<'_>) -> Vec<(&'a Plan, Found)> {
    let plans: Vec<_> = compared(members, ignoring, LintRule::GroupOrder).collect();
    let pairs = plans.windows(2).filter_map(|pair| match pair {
        [earlier, later] => Some((*later, cheaper(earlier, later)?)),
        _ => None,
    });
    pairs.collect()
}

/// Compares two plans by the interval of the earlier one's default price.
fn cheaper(earlier: &Plan, later: &Plan) -> Option<Found> {
    let usual = earlier.prices.iter().find(|price| price.is_default)?;
    let interval = usual.billing_interval;
    let mut prices = later.prices.iter();
    let price = prices.find(|price| price.billing_interval == interval)?;
    let (own, expected) = (price.terms.price, usual.terms.price);
    (own < expected).then(|| Found {
        rule: LintRule::GroupOrder,
        path: format!("{}.price", price_path(price)),
        message: format!(
            "The price, {} usd, is below that of {} before it in the group, {} usd.",
            own.to_major_units(Currency::Usd),
            earlier.code.as_str(),
            expected.to_major_units(Currency::Usd)
        ),
        value: own.get().into(),
        expected: expected.get().into(),
    })
}
