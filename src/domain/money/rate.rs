//! Exchange rates, kept exactly as the client sent them.

use super::amount::MAX_SAFE_INTEGER;
use super::number::split_number;

/// Units of a currency per US dollar, both in major units: an exact decimal above zero with up to
/// [`ExchangeRate::MAX_DIGITS`] significant digits.
///
/// It keeps the JSON number that the client sent, so that reads return it unchanged.
///
/// ```
/// use pricebook::domain::money::{Amount, Currency, ExchangeRate};
///
/// let rate = ExchangeRate::parse("1380.50").unwrap();
/// assert_eq!(rate.as_str(), "1380.50");
/// // $49.00 is 67,645 won, a currency without minor units.
/// let price = Amount::new(4900).unwrap();
/// assert_eq!(rate.convert_amount(price, Currency::Krw), Ok(Amount::new(67_645).unwrap()));
/// assert!(ExchangeRate::parse("0").is_err());
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExchangeRate {
    literal: String,
    pub(super) significand: u64,
    pub(super) exponent: i32,
}

/// Why a text is not an exchange rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InvalidRate {
    /// It is not a JSON number.
    NotANumber,
    /// It has too many characters.
    TooLong,
    /// It is zero or below.
    NotPositive,
    /// It has too many significant digits.
    TooManyDigits,
    /// It is above [`MAX_SAFE_INTEGER`], or so small that a double would round it to zero.
    OutOfRange,
}

impl InvalidRate {
    /// The message for the client.
    pub const fn message(self) -> &'static str {
        match self {
            Self::NotANumber => "Must be a number.",
            Self::TooLong => "Must be written with at most 64 characters.",
            Self::NotPositive => "Must be above zero.",
            Self::TooManyDigits => "Must have at most 17 significant digits.",
            Self::OutOfRange => {
                "Must be at most 9007199254740991, and not so small that double precision rounds \
                 it to zero."
            }
        }
    }
}

impl ExchangeRate {
    /// Maximum number of significant digits, enough for any double; leading and trailing zeros do
    /// not count.
    pub const MAX_DIGITS: usize = 17;
    /// Maximum length of the literal.
    const MAX_LITERAL: usize = 64;

    /// Parses a rate from the text of a JSON number.
    ///
    /// # Errors
    /// See [`InvalidRate`].
    pub fn parse(literal: &str) -> Result<Self, InvalidRate> {
        if literal.len() > Self::MAX_LITERAL {
            return Err(InvalidRate::TooLong);
        }
        if literal.starts_with('-') {
            return Err(InvalidRate::NotPositive);
        }
        let (digits, exponent) = split_number(literal).ok_or(InvalidRate::NotANumber)?;
        let significant = digits.trim_start_matches('0').trim_end_matches('0');
        if significant.is_empty() {
            return Err(InvalidRate::NotPositive);
        }
        if significant.len() > Self::MAX_DIGITS {
            return Err(InvalidRate::TooManyDigits);
        }
        let trailing_zeros = digits.len() - digits.trim_end_matches('0').len();
        let rate = Self {
            literal: literal.to_owned(),
            significand: significant.parse().map_err(|_| InvalidRate::NotANumber)?,
            exponent: exponent.saturating_add(i32::try_from(trailing_zeros).unwrap_or(i32::MAX)),
        };
        if rate.is_in_range() {
            Ok(rate)
        } else {
            Err(InvalidRate::OutOfRange)
        }
    }

    /// The rate as it was sent, a JSON number.
    pub fn as_str(&self) -> &str {
        &self.literal
    }

    fn is_in_range(&self) -> bool {
        // Floats only decide whether a client that parses the rate as a double would see zero.
        let is_nonzero = self.literal.parse::<f64>().is_ok_and(|float| float > 0.0);
        is_nonzero && self.is_at_most_maximum()
    }

    /// Compares with [`MAX_SAFE_INTEGER`] without rounding.
    fn is_at_most_maximum(&self) -> bool {
        let (value, maximum) = (i128::from(self.significand), i128::from(MAX_SAFE_INTEGER));
        let power = 10_i128.checked_pow(self.exponent.unsigned_abs());
        if self.exponent >= 0 {
            let product = power.and_then(|power| value.checked_mul(power));
            product.is_some_and(|product| product <= maximum)
        } else {
            let bound = power.and_then(|power| maximum.checked_mul(power));
            bound.is_none_or(|bound| value <= bound)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rate(text: &str) -> ExchangeRate {
        ExchangeRate::parse(text).unwrap()
    }

    #[test]
    fn a_rate_keeps_its_literal() {
        for text in [
            "150",
            "1380.50",
            "1e-9",
            "0.000000001",
            "1.5E+3",
            "999999999.999999",
            "1.0000000000000002",
            "1380.4999999999998",
            "0.10000000000000001",
            "9007199254740991",
            "5e-324",
        ] {
            assert_eq!(rate(text).as_str(), text);
        }
        assert_eq!(rate("1.5E+3").significand, 15);
        assert_eq!(rate("1.5E+3").exponent, 2);
    }

    #[test]
    fn invalid_rates_are_refused() {
        for (text, error) in [
            ("0", InvalidRate::NotPositive),
            ("0.000e5", InvalidRate::NotPositive),
            ("-1", InvalidRate::NotPositive),
            ("1.00000000000000001", InvalidRate::TooManyDigits),
            ("123456789012345678", InvalidRate::TooManyDigits),
            ("9007199254740992", InvalidRate::OutOfRange),
            ("9007199254740991.4", InvalidRate::OutOfRange),
            ("1e16", InvalidRate::OutOfRange),
            ("1e999999999999", InvalidRate::NotANumber),
            ("1e2147483647", InvalidRate::OutOfRange),
            ("1e-2147483648", InvalidRate::OutOfRange),
            ("1e-324", InvalidRate::OutOfRange),
            ("", InvalidRate::NotANumber),
            (".5", InvalidRate::NotANumber),
            ("1,5", InvalidRate::NotANumber),
        ] {
            assert_eq!(ExchangeRate::parse(text), Err(error), "{text}");
        }
    }
}
