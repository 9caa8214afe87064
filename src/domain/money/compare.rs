//! Comparing exchange rates by value, exactly.

use std::cmp::Ordering;

use super::rate::ExchangeRate;

impl ExchangeRate {
    /// Compares `self × own` with `other × theirs`, without rounding.
    ///
    /// ```
    /// use std::cmp::Ordering;
    /// use pricebook::domain::money::ExchangeRate;
    ///
    /// let (before, after) = (ExchangeRate::parse("0.92").unwrap(), ExchangeRate::parse("1.02").unwrap());
    /// // It rose by more than 10 %: 1.02 × 10 is above 0.92 × 11.
    /// assert_eq!(after.cmp_times(10, &before, 11), Ordering::Greater);
    /// ```
    pub fn cmp_times(&self, own: u32, other: &Self, theirs: u32) -> Ordering {
        Scaled::of(self, own).compare(&Scaled::of(other, theirs))
    }

    /// Whether two rates have the same value; `0.92` and `0.920` do.
    pub fn has_value_of(&self, other: &Self) -> bool {
        self.cmp_times(1, other, 1).is_eq()
    }
}

/// A decimal number with at most 27 digits.
struct Scaled {
    digits: u128,
    exponent: i32,
}

impl Scaled {
    fn of(rate: &ExchangeRate, factor: u32) -> Self {
        Self {
            digits: u128::from(rate.significand) * u128::from(factor),
            exponent: rate.exponent,
        }
    }

    /// The exponent of the first digit; `None` for zero.
    fn magnitude(&self) -> Option<i64> {
        let after_first = self.digits.checked_ilog10()?;
        Some(i64::from(after_first) + i64::from(self.exponent))
    }

    /// Only numbers of the same magnitude are brought to the same exponent, so that no product
    /// has more digits than the longer of the two.
    fn compare(&self, other: &Self) -> Ordering {
        let by_magnitude = self.magnitude().cmp(&other.magnitude());
        by_magnitude.then_with(|| {
            let lower = self.exponent.min(other.exponent);
            self.digits_at(lower).cmp(&other.digits_at(lower))
        })
    }

    fn digits_at(&self, exponent: i32) -> u128 {
        let power = 10_u128.checked_pow(self.exponent.abs_diff(exponent));
        power.map_or(self.digits, |power| self.digits.saturating_mul(power))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rate(text: &str) -> ExchangeRate {
        ExchangeRate::parse(text).unwrap()
    }

    #[test]
    fn rates_compare_by_value() {
        for (one, other, expected) in [
            ("0.92", "0.920", Ordering::Equal),
            ("150", "1.5e2", Ordering::Equal),
            ("0.92", "0.9200000000000001", Ordering::Less),
            ("9007199254740991", "5e-324", Ordering::Greater),
            ("5e-324", "5.0000000000000001e-324", Ordering::Less),
            ("1000", "999.99999999999999", Ordering::Greater),
        ] {
            let (one, other) = (rate(one), rate(other));
            assert_eq!(one.cmp_times(1, &other, 1), expected, "{one:?} {other:?}");
            assert_eq!(other.cmp_times(1, &one, 1), expected.reverse());
            assert_eq!(one.has_value_of(&other), expected.is_eq());
        }
    }

    #[test]
    fn factors_are_exact() {
        let (one, other) = (rate("1.1"), rate("1"));
        assert_eq!(one.cmp_times(10, &other, 11), Ordering::Equal);
        assert_eq!(one.cmp_times(u32::MAX, &other, u32::MAX), Ordering::Greater);
        assert_eq!(one.cmp_times(0, &other, 0), Ordering::Equal);
        assert_eq!(one.cmp_times(0, &other, 1), Ordering::Less);
    }
}
