//! The explanation of one value.

use super::money::Money;
use super::since::Since;
use crate::domain::money::{Currency, ExchangeRate, Product, with_point};
use crate::domain::word::words;

words! {
    /// Where a value comes from.
    pub enum Source {
        /// It was set in US dollars.
        Base = "base",
        /// It is converted from its base at the exchange rate of the plan, and follows the base.
        Derived = "derived",
        /// It was set in its currency, and stays until it is set again.
        Manual = "manual",
    }
}

/// A money value of a plan, and how it came about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explained {
    /// Where the plan shows it, such as `prices[monthly].regionalPrices[jpy].price`.
    pub path: String,
    /// Its currency.
    pub currency: Currency,
    /// The value.
    pub value: Money,
    /// Where it comes from.
    pub source: Source,
    /// The value in US dollars that it is derived from, or would be if it were not manual. `None`
    /// for base values, and where the base has no amount of money.
    pub base: Option<Money>,
    /// The stored rate of the currency; `None` for base values.
    pub exchange_rate: Option<ExchangeRate>,
    /// For a derived value, the product that was rounded to it, in the unit of the value.
    pub exact: Option<Product>,
    /// For a manual value, the value that would be derived. `None` if none can be: there is no rate
    /// or no base, or the conversion would be refused.
    pub derived_would_be: Option<Money>,
    /// The change that last wrote the value, if it is known.
    pub since: Option<Since>,
}

/// A value in another currency than its base.
pub(super) struct Regional<'a> {
    pub path: String,
    pub currency: Currency,
    pub value: Money,
    pub is_derived: bool,
    pub base: Option<Money>,
    pub rate: Option<&'a ExchangeRate>,
}

impl Explained {
    /// Explains a value that was set in US dollars.
    pub(super) fn base(path: String, value: Money) -> Self {
        Self {
            path,
            currency: Currency::Usd,
            value,
            source: Source::Base,
            base: None,
            exchange_rate: None,
            exact: None,
            derived_would_be: None,
            since: None,
        }
    }

    /// Explains a regional value.
    pub(super) fn regional(regional: Regional<'_>) -> Self {
        let Regional {
            path,
            currency,
            value,
            is_derived,
            base,
            rate,
        } = regional;
        let (exact, derived_would_be) = match base.zip(rate) {
            Some((base, rate)) if is_derived => (Some(base.product(rate, currency)), None),
            Some((base, rate)) => (None, base.converted(rate, currency).ok()),
            None => (None, None),
        };
        Self {
            path,
            currency,
            value,
            source: if is_derived {
                Source::Derived
            } else {
                Source::Manual
            },
            base,
            exchange_rate: rate.cloned(),
            exact,
            derived_would_be,
            since: None,
        }
    }

    /// How far a manual value is from the one that would be derived, as a fraction of the latter
    /// with four decimal places, rounded half away from zero: `-0.0816` is 8.16 % below. `None` if
    /// there is nothing to compare with, or only zero.
    pub fn deviation(&self) -> Option<String> {
        deviation(self.value.get(), self.derived_would_be?.get())
    }
}

/// Decimal places of a deviation.
const DEVIATION_PLACES: u32 = 4;

/// `(value − expected) ÷ expected`. Neither is negative.
fn deviation(value: i64, expected: i64) -> Option<String> {
    let divisor = u128::from(expected.unsigned_abs());
    if divisor == 0 {
        return None;
    }
    // Below 2^53 × 10^4.
    let scaled = u128::from(value.abs_diff(expected)) * 10_u128.pow(DEVIATION_PLACES);
    let (quotient, remainder) = (scaled / divisor, scaled % divisor);
    let rounded = quotient + u128::from(remainder >= divisor - remainder);
    let sign = if value < expected && rounded > 0 {
        "-"
    } else {
        ""
    };
    Some(format!("{sign}{}", with_point(rounded, DEVIATION_PLACES)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deviation_is_a_fraction_of_the_derived_value() {
        for (value, expected, text) in [
            (4500, 4900, Some("-0.0816")),
            (4500, 4508, Some("-0.0018")),
            (4508, 4508, Some("0.0000")),
            (0, 4508, Some("-1.0000")),
            (9016, 4508, Some("1.0000")),
            // Half of the last place goes away from zero, less than half to zero without a sign.
            (20_001, 20_000, Some("0.0001")),
            (19_999, 20_000, Some("-0.0001")),
            (20_000, 20_001, Some("0.0000")),
            (9_007_199_254_740_991, 1, Some("9007199254740990.0000")),
            (1, 0, None),
            (0, 0, None),
        ] {
            assert_eq!(
                deviation(value, expected).as_deref(),
                text,
                "{value} {expected}"
            );
        }
    }
}
