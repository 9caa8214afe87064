//! Dividing one exchange rate by another: cross rates.

use super::number::with_point;
use super::rate::{ExchangeRate, InvalidRate};

/// The smallest number with [`ExchangeRate::MAX_DIGITS`] digits.
const ALL_DIGITS: u64 = 10_u64.pow(16);

impl ExchangeRate {
    /// The quotient of two rates with [`Self::MAX_DIGITS`] significant digits, rounded half away
    /// from zero, written without an exponent and without trailing zeros.
    ///
    /// ```
    /// use pricebook::domain::money::ExchangeRate;
    ///
    /// let (yen, dollars) = (ExchangeRate::parse("162.35").unwrap(), ExchangeRate::parse("1.0876").unwrap());
    /// let cross = yen.divided_by(&dollars).unwrap();
    /// assert_eq!(cross.as_str(), "149.27363001103347");
    /// ```
    ///
    /// # Errors
    /// The quotient is out of the range of rates, or takes too many characters.
    pub fn divided_by(&self, divisor: &Self) -> Result<Self, InvalidRate> {
        let (mut digits, steps) = long_division(self.significand, divisor.significand);
        let mut exponent = i64::from(self.exponent) - i64::from(divisor.exponent) - steps;
        while digits.is_multiple_of(10) {
            digits /= 10;
            exponent += 1;
        }
        Self::parse(&plain(digits, exponent)?)
    }
}

/// The digits of a quotient, rounded, and the number of those after its point. Neither number is
/// zero, nor has more than [`ExchangeRate::MAX_DIGITS`] digits, so no step overflows.
fn long_division(dividend: u64, divisor: u64) -> (u64, i64) {
    let (mut digits, mut remainder) = (dividend / divisor, dividend % divisor);
    let mut steps = 0;
    while digits < ALL_DIGITS {
        remainder *= 10;
        digits = digits * 10 + remainder / divisor;
        remainder %= divisor;
        steps += 1;
    }
    (digits + u64::from(remainder >= divisor - remainder), steps)
}

/// The number `digits × 10^exponent` without an exponent.
fn plain(digits: u64, exponent: i64) -> Result<String, InvalidRate> {
    let places = u32::try_from(exponent.unsigned_abs()).map_err(|_| InvalidRate::OutOfRange)?;
    // What is longer is no rate, however it is written.
    if places > 400 {
        return Err(InvalidRate::OutOfRange);
    }
    if exponent < 0 {
        return Ok(with_point(digits.into(), places));
    }
    let zeros = "0".repeat(usize::try_from(places).unwrap_or(0));
    Ok(format!("{digits}{zeros}"))
}
