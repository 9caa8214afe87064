//! The prices of a plan that a document leads to.

use std::collections::BTreeMap;

use super::Moment;
use crate::domain::document::PriceEntry;
use crate::domain::error::Violations;
use crate::domain::id::PriceId;
use crate::domain::plan::Plan;
use crate::domain::plan_price::{BillingInterval, PlanPrice};

/// Writes down which price is the default, if the document names none: the one that has it already.
/// Then prices that mean the same are equal.
pub(super) fn fill_default(prices: &mut [PriceEntry], current: Option<BillingInterval>) {
    if prices.iter().any(|price| price.is_default == Some(true)) {
        for price in prices {
            price.is_default = price.is_default.filter(|is_default| *is_default);
        }
        return;
    }
    let mut same = prices.iter_mut();
    if let Some(price) = same.find(|price| Some(price.interval) == current)
        && price.is_default.is_none()
    {
        price.is_default = Some(true);
    }
}

/// Gives a plan these prices; those for the same interval keep their id and place. They have no
/// regional values yet.
pub(super) fn set(
    plan: &mut Plan,
    wanted: &[PriceEntry],
    moment: Moment,
    path: &str,
    violations: &mut Violations,
) {
    let mut before = std::mem::take(&mut plan.prices);
    let mut position = before.iter().map(|price| price.position + 1).max();
    let default = default_of(wanted, path, violations);
    for (index, entry) in wanted.iter().enumerate() {
        let is_default = default == Some(index);
        let same = |price: &PlanPrice| price.billing_interval == entry.interval;
        let price = match before.iter().position(same) {
            Some(known) => {
                let known = before.swap_remove(known);
                let is_same = known.terms == entry.terms && known.is_default == is_default;
                PlanPrice {
                    terms: entry.terms,
                    is_default,
                    updated_at: if is_same {
                        known.updated_at
                    } else {
                        moment.now
                    },
                    regional: BTreeMap::new(),
                    ..known
                }
            }
            None => {
                let place = position.unwrap_or(0);
                position = Some(place + 1);
                PlanPrice {
                    id: PriceId::from_uuid((moment.unique)()),
                    billing_interval: entry.interval,
                    terms: entry.terms,
                    is_default,
                    position: place,
                    created_at: moment.now,
                    updated_at: moment.now,
                    regional: BTreeMap::new(),
                }
            }
        };
        plan.prices.push(price);
    }
}

/// The index of the default price: the one that is named, else the first.
fn default_of(wanted: &[PriceEntry], path: &str, violations: &mut Violations) -> Option<usize> {
    let mut named = wanted
        .iter()
        .enumerate()
        .filter(|(_, price)| price.is_default == Some(true));
    let chosen = named.next().map(|(index, _)| index);
    for (_, second) in named {
        let path = format!("{path}.prices.{}.default", second.interval);
        violations.add(path, "Another price is the default; a plan has one.");
    }
    let open = wanted.iter().position(|price| price.is_default.is_none());
    if chosen.is_none() && open.is_none() && !wanted.is_empty() {
        let message = "A plan with prices has one default price.";
        violations.add(format!("{path}.prices"), message);
    }
    chosen.or(open)
}
