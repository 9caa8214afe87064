//! The exact product of a base value and a rate: the only place that rounds money.

use std::fmt;

use super::number::with_point;
use super::rate::ExchangeRate;

/// A base value converted at a rate, before it is rounded: an exact decimal that is not negative,
/// in the unit of the converted value. It is shown without an exponent and without trailing zeros
/// after the point.
///
/// ```
/// use pricebook::domain::money::{Amount, Currency, ExchangeRate};
///
/// let rate = ExchangeRate::parse("1380.57").unwrap();
/// let product = rate.amount_product(Amount::new(4900).unwrap(), Currency::Krw);
/// assert_eq!(product.to_string(), "67647.93");
/// assert_eq!(product.rounded(), Some(67_648));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Product {
    /// Below 10^33.
    digits: u128,
    exponent: i32,
}

impl Product {
    /// `base × rate × 10^shift`. `base` is not negative.
    pub(super) fn of(base: i64, rate: &ExchangeRate, shift: i32) -> Self {
        Self {
            digits: u128::from(base.unsigned_abs()) * u128::from(rate.significand),
            exponent: rate.exponent.saturating_add(shift),
        }
    }

    /// Whether it is exactly zero.
    pub fn is_zero(self) -> bool {
        self.digits == 0
    }

    /// The nearest integer; halves are rounded away from zero. `None` if it exceeds 128 bits.
    pub fn rounded(self) -> Option<u128> {
        let power = 10_u128.checked_pow(self.exponent.unsigned_abs());
        if self.is_zero() {
            return Some(0);
        }
        if self.exponent >= 0 {
            return self.digits.checked_mul(power?);
        }
        // The digits are below 10^33, so a divisor beyond 128 bits makes it zero.
        let Some(divisor) = power else { return Some(0) };
        let (quotient, remainder) = (self.digits / divisor, self.digits % divisor);
        Some(quotient + u128::from(remainder >= divisor - remainder))
    }
}

impl fmt::Display for Product {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let places = self.exponent.unsigned_abs();
        if self.is_zero() {
            return f.write_str("0");
        }
        if self.exponent >= 0 {
            let zeros = usize::try_from(places).unwrap_or(usize::MAX);
            return write!(f, "{}{}", self.digits, "0".repeat(zeros));
        }
        let text = with_point(self.digits, places);
        f.write_str(text.trim_end_matches('0').trim_end_matches('.'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn product(base: i64, rate: &str, shift: i32) -> Product {
        Product::of(base, &ExchangeRate::parse(rate).unwrap(), shift)
    }

    #[test]
    fn a_product_is_shown_exactly() {
        for (base, rate, shift, text) in [
            (4900, "150", -2, "7350"),
            (4900, "1380.57", -2, "67647.93"),
            (1999, "0.92", 0, "1839.08"),
            (0, "0.92", 0, "0"),
            (3, "1e3", 0, "3000"),
            (100, "1e-2", 0, "1"),
            (1, "1e-9", -2, "0.00000000001"),
            (
                9_007_199_254_740_991,
                "0.99999999999999989",
                0,
                "9007199254740990.00920808197849099",
            ),
        ] {
            assert_eq!(
                product(base, rate, shift).to_string(),
                text,
                "{base} {rate}"
            );
        }
    }

    #[test]
    fn a_tiny_product_rounds_to_zero() {
        assert_eq!(product(1, "5e-324", -2).rounded(), Some(0));
        assert_eq!(product(0, "5e-324", -2).rounded(), Some(0));
    }
}
