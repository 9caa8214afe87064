//! Rules about values that were set by hand in their currency.

use super::finding::LintRule;
use super::found::Found;
use super::scale::Scale;
use crate::domain::explain::{Explained, Money};
use crate::domain::money::Currency;
use crate::domain::plan::Plan;

/// Compares the manual values of a plan with their derived ones.
pub(super) fn check(plan: &Plan, found: &mut Vec<Found>) {
    for value in plan.explain_manual() {
        found.extend(price_free(&value));
        if let Some(derived) = value.derived_would_be {
            let value = Manual {
                value: &value,
                derived,
            };
            let rules = [value.price_scale(), value.arbitrage(), value.drift()];
            found.extend(rules.into_iter().flatten());
        }
    }
}

fn price_free(value: &Explained) -> Option<Found> {
    let is_price = value.path.ends_with("].price") || value.path.ends_with(".overageUnitPrice");
    let base = value.base.filter(|base| base.get() > 0)?;
    (is_price && value.value.get() == 0).then(|| {
        let base = base.to_major_units(Currency::Usd);
        let message = format!("{} is 0 beside a base of {base} usd.", name(value));
        found(LintRule::PriceFree, value, message)
    })
}

/// A manual value, and the one that would be derived.
struct Manual<'a> {
    value: &'a Explained,
    derived: Money,
}

impl Manual<'_> {
    fn own(&self) -> u128 {
        self.value.value.get().unsigned_abs().into()
    }

    fn expected(&self) -> u128 {
        self.derived.get().unsigned_abs().into()
    }

    fn price_scale(&self) -> Option<Found> {
        let (own, expected) = (self.own(), self.expected());
        if expected == 0 {
            return None;
        }
        let scale = Scale::of(|n, m| (own * u128::from(n)).cmp(&(expected * u128::from(m))))?;
        Some(self.found(LintRule::PriceScale, scale.words()))
    }

    fn arbitrage(&self) -> Option<Found> {
        let is_low = self.own() * 2 < self.expected();
        is_low.then(|| self.found(LintRule::Arbitrage, "less than half of"))
    }

    fn drift(&self) -> Option<Found> {
        let (own, expected) = (self.own(), self.expected());
        let words = match own > expected {
            true => "more than 25 % above",
            false => "more than 25 % below",
        };
        (own.abs_diff(expected) * 4 > expected).then(|| self.found(LintRule::Drift, words))
    }

    /// `words` lead from the value to the derived one.
    fn found(&self, rule: LintRule, words: &str) -> Found {
        let Explained {
            value, currency, ..
        } = self.value;
        let message = format!(
            "{} is {}, {words} the derived {}.",
            name(self.value),
            value.to_major_units(*currency),
            self.derived.to_major_units(*currency)
        );
        found(rule, self.value, message)
    }
}

fn found(rule: LintRule, value: &Explained, message: String) -> Found {
    Found {
        rule,
        path: value.path.clone(),
        message,
        value: value.value.get().into(),
        expected: value.derived_would_be.map(Money::get).into(),
    }
}

/// What a value is, such as `The price in jpy`.
fn name(value: &Explained) -> String {
    let name = match value.value {
        Money::UnitPrice(_) => "overage price",
        Money::Amount(_) if value.path.ends_with(".includedBalance") => "included balance",
        Money::Amount(_) if value.path.ends_with(".discountValue") => "discount",
        Money::Amount(_) => "price",
    };
    format!("The {name} in {}", value.currency)
}
