//! Checks of explanations, with exact rational arithmetic of their own.

use std::collections::BTreeSet;

use num_bigint::BigUint;
use proptest::prelude::*;

use crate::domain::explain::{Explained, Money, Source};
use crate::domain::money::Currency;
use crate::domain::plan::Plan;

/// A number that is not negative.
struct Fraction {
    numerator: BigUint,
    denominator: BigUint,
}

fn power(exponent: u32) -> BigUint {
    BigUint::from(10_u8).pow(exponent)
}

impl Fraction {
    /// Parses a decimal number, with or without an exponent.
    fn parse(text: &str) -> Self {
        let (mantissa, exponent) = text.split_once('e').unwrap_or((text, "0"));
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let digits: BigUint = format!("{whole}{fraction}").parse().unwrap();
        let places = i32::try_from(fraction.len()).unwrap() - exponent.parse::<i32>().unwrap();
        Self {
            numerator: &digits * power(u32::try_from(-places).unwrap_or(0)),
            denominator: power(u32::try_from(places).unwrap_or(0)),
        }
    }

    fn times(&self, other: &Self) -> Self {
        Self {
            numerator: &self.numerator * &other.numerator,
            denominator: &self.denominator * &other.denominator,
        }
    }

    fn equals(&self, other: &Self) -> bool {
        &self.numerator * &other.denominator == &other.numerator * &self.denominator
    }

    /// The nearest integer; halves go up.
    fn rounded(&self) -> BigUint {
        let two = BigUint::from(2_u8);
        (&two * &self.numerator + &self.denominator) / (two * &self.denominator)
    }
}

/// What a value in minor units of US dollars is multiplied with beside the rate.
fn unit_change(value: &Explained) -> Fraction {
    Fraction::parse(match (value.value, value.currency) {
        (Money::Amount(_), Currency::Jpy | Currency::Krw) => "0.01",
        _ => "1",
    })
}

/// Checks that each value is explained once, that `exact` is the product of base and rate, and
/// that rounding it gives the value.
pub(super) fn check_explained(plan: &Plan) -> Result<(), TestCaseError> {
    let values = plan.explain(None);
    let paths: BTreeSet<_> = values.iter().map(|value| &value.path).collect();
    prop_assert_eq!(paths.len(), values.len());
    for value in &values {
        match value.source {
            Source::Base => {
                prop_assert_eq!((value.base, value.exact), (None, None));
                prop_assert_eq!(&value.exchange_rate, &None);
            }
            Source::Derived => check_derived(value)?,
            Source::Manual => {
                prop_assert_eq!(value.exact, None);
                let is_comparable = value.derived_would_be.is_some_and(|money| money.get() > 0);
                prop_assert_eq!(value.deviation().is_some(), is_comparable);
            }
        }
    }
    let is_manual = |value: &&Explained| value.source == Source::Manual;
    let manual: Vec<_> = values.iter().filter(is_manual).cloned().collect();
    prop_assert_eq!(plan.explain_manual(), manual);
    for currency in Currency::ALL {
        let of_currency = |value: &&Explained| value.currency == *currency;
        let expected: Vec<_> = values.iter().filter(of_currency).cloned().collect();
        prop_assert_eq!(plan.explain(Some(*currency)), expected);
    }
    Ok(())
}

fn check_derived(value: &Explained) -> Result<(), TestCaseError> {
    let exact = value.exact.expect("an exact product").to_string();
    let exact = Fraction::parse(&exact);
    let rate = value.exchange_rate.as_ref().expect("a rate");
    let base = value.base.expect("a base").get().to_string();
    let product = Fraction::parse(&base)
        .times(&Fraction::parse(rate.as_str()))
        .times(&unit_change(value));
    prop_assert!(exact.equals(&product), "{:?}", value);
    let rounded = exact.rounded();
    prop_assert_eq!(rounded, BigUint::from(value.value.get().unsigned_abs()));
    prop_assert_eq!((value.derived_would_be, value.deviation()), (None, None));
    Ok(())
}
