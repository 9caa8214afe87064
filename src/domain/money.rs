//! Money: currencies, amounts, exchange rates, and the one conversion between them.
//!
//! Amounts are integers and rates are exact decimals; no float comes near either. A conversion
//! multiplies exactly and rounds once, half away from zero.

use std::fmt;

use super::word::words;

/// The largest integer that every JSON reader keeps exactly: 2^53 − 1. Nothing may leave ± this.
pub const MAX_SAFE_INTEGER: i64 = 9_007_199_254_740_991;

/// Declares an integer from `$min` to [`MAX_SAFE_INTEGER`] with a unit.
macro_rules! whole_number {
    ($(#[$meta:meta])* $name:ident, $min:literal) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(i64);

        impl $name {
            /// The least value.
            pub const MIN: i64 = $min;
            /// The greatest value.
            pub const MAX: i64 = MAX_SAFE_INTEGER;

            /// The value, if it is within the limits.
            pub const fn new(value: i64) -> Option<Self> {
                if value >= Self::MIN && value <= Self::MAX { Some(Self(value)) } else { None }
            }

            /// Takes a value from the database, where only valid ones were written.
            pub const fn from_row(value: i64) -> Self {
                Self(value)
            }

            /// The value.
            pub const fn get(self) -> i64 {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

whole_number!(
    /// An amount of money in minor units of its currency: 4900 is $49.00, and ¥4900.
    ///
    /// ```
    /// use pricebook::domain::money::{Amount, Currency};
    ///
    /// assert_eq!(Amount::new(4900).unwrap().get(), 4900);
    /// assert_eq!(Amount::new(-1), None);
    /// assert_eq!(Currency::Usd.minor_digits(), 2);
    /// assert_eq!(Currency::Jpy.minor_digits(), 0);
    /// ```
    Amount, 0
);
whole_number!(
    /// A price per unit on the rate scale, 1/10000 of a major unit in every currency: 20 is
    /// $0.002, and 27610 is ₩2.761.
    UnitPrice, 0
);
whole_number!(
    /// A share in basis points: 2500 is 25 %.
    BasisPoints, 0
);
whole_number!(
    /// A count of whole things: units, credits, days.
    Count, 0
);
whole_number!(
    /// A number above zero: billing cycles, or a discount whose type tells its unit.
    Positive, 1
);

impl Amount {
    /// Nothing.
    pub const ZERO: Self = Self(0);
    /// The most there can be.
    pub const LARGEST: Self = Self(MAX_SAFE_INTEGER);
}

impl UnitPrice {
    /// Nothing.
    pub const ZERO: Self = Self(0);
}

impl Count {
    /// None.
    pub const ZERO: Self = Self(0);
}

words! {
    /// The currencies that a catalog can have prices in. The base currency is [`Currency::Usd`].
    pub enum Currency {
        /// Argentine peso.
        Ars = "ars",
        /// Boliviano.
        Bob = "bob",
        /// Brazilian real.
        Brl = "brl",
        /// Canadian dollar.
        Cad = "cad",
        /// Chilean peso.
        Clp = "clp",
        /// Chinese yuan.
        Cny = "cny",
        /// Colombian peso.
        Cop = "cop",
        /// Euro.
        Eur = "eur",
        /// Pound sterling.
        Gbp = "gbp",
        /// Hong Kong dollar.
        Hkd = "hkd",
        /// Indian rupee.
        Inr = "inr",
        /// Japanese yen.
        Jpy = "jpy",
        /// South Korean won.
        Krw = "krw",
        /// Mexican peso.
        Mxn = "mxn",
        /// Peruvian sol.
        Pen = "pen",
        /// Paraguayan guarani.
        Pyg = "pyg",
        /// Singapore dollar.
        Sgd = "sgd",
        /// Thai baht.
        Thb = "thb",
        /// New Taiwan dollar.
        Twd = "twd",
        /// United States dollar, the base currency.
        Usd = "usd",
        /// Uruguayan peso.
        Uyu = "uyu",
    }
}

/// Digits after the point of the base currency, the US dollar.
const BASE_MINOR_DIGITS: u32 = 2;

impl Currency {
    /// The currency with this code, in lower or upper case.
    pub fn parse(code: &str) -> Option<Self> {
        Self::from_word(&code.to_ascii_lowercase())
    }

    /// Digits after the point of a major unit (ISO 4217): 4900 is 49.00 with two and 4900 with
    /// none.
    pub const fn minor_digits(self) -> u32 {
        match self {
            Self::Clp | Self::Jpy | Self::Krw | Self::Pyg => 0,
            Self::Ars | Self::Bob | Self::Brl | Self::Cad | Self::Cny | Self::Cop | Self::Eur => 2,
            Self::Gbp | Self::Hkd | Self::Inr | Self::Mxn | Self::Pen | Self::Sgd | Self::Thb => 2,
            Self::Twd | Self::Usd | Self::Uyu => 2,
        }
    }

    /// The English name (ISO 4217).
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ars => "Argentine peso",
            Self::Bob => "Boliviano",
            Self::Brl => "Brazilian real",
            Self::Cad => "Canadian dollar",
            Self::Clp => "Chilean peso",
            Self::Cny => "Chinese yuan",
            Self::Cop => "Colombian peso",
            Self::Eur => "Euro",
            Self::Gbp => "Pound sterling",
            Self::Hkd => "Hong Kong dollar",
            Self::Inr => "Indian rupee",
            Self::Jpy => "Japanese yen",
            Self::Krw => "South Korean won",
            Self::Mxn => "Mexican peso",
            Self::Pen => "Peruvian sol",
            Self::Pyg => "Paraguayan guarani",
            Self::Sgd => "Singapore dollar",
            Self::Thb => "Thai baht",
            Self::Twd => "New Taiwan dollar",
            Self::Usd => "United States dollar",
            Self::Uyu => "Uruguayan peso",
        }
    }
}

/// Units of a currency per US dollar, both in major units: an exact decimal above zero with at
/// most [`ExchangeRate::MAX_DIGITS`] significant digits.
///
/// It keeps the JSON number that the client sent, so that it reads back digit by digit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExchangeRate {
    literal: String,
    significand: u64,
    exponent: i32,
}

/// Why a text is not an exchange rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InvalidRate {
    /// It is not a JSON number.
    NotANumber,
    /// It is written with more characters than are kept.
    TooLong,
    /// It is zero or below.
    NotPositive,
    /// It has more significant digits than are kept.
    TooManyDigits,
    /// It is above [`MAX_SAFE_INTEGER`], or so small that a reader would take it for zero.
    OutOfRange,
}

impl InvalidRate {
    /// The sentence for the caller.
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
    /// Most significant digits, those that any double is written with; leading and trailing zeros do
    /// not count.
    pub const MAX_DIGITS: usize = 17;
    /// Most characters of the number as it is written.
    const MAX_LITERAL: usize = 64;

    /// Reads a rate from the text of a JSON number.
    ///
    /// ```
    /// use pricebook::domain::money::{ExchangeRate, InvalidRate};
    ///
    /// assert_eq!(ExchangeRate::parse("1.50e2").unwrap().as_str(), "1.50e2");
    /// assert_eq!(ExchangeRate::parse("0"), Err(InvalidRate::NotPositive));
    /// assert_eq!(ExchangeRate::parse("1,5"), Err(InvalidRate::NotANumber));
    /// ```
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
        let dropped = digits.len() - digits.trim_end_matches('0').len();
        let rate = Self {
            literal: literal.to_owned(),
            significand: significant.parse().map_err(|_| InvalidRate::NotANumber)?,
            exponent: exponent.saturating_add(i32::try_from(dropped).unwrap_or(i32::MAX)),
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
        // Only whether a reader with binary floating point sees zero is asked of a float.
        let is_seen = self.literal.parse::<f64>().is_ok_and(|seen| seen > 0.0);
        is_seen && self.is_at_most_the_largest()
    }

    /// Compares without rounding.
    fn is_at_most_the_largest(&self) -> bool {
        let (value, largest) = (i128::from(self.significand), i128::from(MAX_SAFE_INTEGER));
        let power = 10_i128.checked_pow(self.exponent.unsigned_abs());
        if self.exponent >= 0 {
            let product = power.and_then(|power| value.checked_mul(power));
            product.is_some_and(|product| product <= largest)
        } else {
            let bound = power.and_then(|power| largest.checked_mul(power));
            bound.is_none_or(|bound| value <= bound)
        }
    }

    /// An amount of base currency in another currency, in minor units of that currency:
    /// base × rate × 10^(digits of the currency − 2), rounded once.
    ///
    /// ```
    /// use pricebook::domain::money::{Amount, Currency, ExchangeRate};
    ///
    /// // $49.00 at 150.5 yen a dollar is ¥7374.5, and a half is rounded away from zero.
    /// let rate = ExchangeRate::parse("150.5").unwrap();
    /// let price = rate.convert_amount(Amount::new(4900).unwrap(), Currency::Jpy);
    /// assert_eq!(price.unwrap().get(), 7375);
    /// ```
    ///
    /// # Errors
    /// When the result would be too large, or zero for a base above zero.
    pub fn convert_amount(
        &self,
        base: Amount,
        currency: Currency,
    ) -> Result<Amount, Unconvertible> {
        let shift = minor_digits_shift(currency);
        self.convert(base.get(), shift).map(Amount)
    }

    /// A price per unit in another currency; the rate scale is the same in every currency.
    ///
    /// # Errors
    /// As [`Self::convert_amount`].
    pub fn convert_unit_price(&self, base: UnitPrice) -> Result<UnitPrice, Unconvertible> {
        self.convert(base.get(), 0).map(UnitPrice)
    }

    /// A discount of type `amount` in another currency, derived like a price.
    ///
    /// # Errors
    /// As [`Self::convert_amount`].
    pub fn convert_discount(
        &self,
        base: Positive,
        currency: Currency,
    ) -> Result<Positive, Unconvertible> {
        let shift = minor_digits_shift(currency);
        self.convert(base.get(), shift).map(Positive)
    }

    fn convert(&self, base: i64, shift: i32) -> Result<i64, Unconvertible> {
        let converted = self
            .scale(base, shift)
            .and_then(|value| i64::try_from(value).ok())
            .filter(|value| *value <= MAX_SAFE_INTEGER)
            .ok_or(Unconvertible::TooLarge)?;
        if converted == 0 && base > 0 {
            return Err(Unconvertible::FreeByRounding);
        }
        Ok(converted)
    }

    /// `base × rate × 10^shift`, rounded half away from zero; `None` beyond 128 bits. `base` is
    /// not negative.
    fn scale(&self, base: i64, shift: i32) -> Option<i128> {
        let product = i128::from(base) * i128::from(self.significand);
        let exponent = self.exponent.checked_add(shift)?;
        let power = 10_i128.checked_pow(exponent.unsigned_abs());
        if exponent >= 0 {
            return if product == 0 {
                Some(0)
            } else {
                product.checked_mul(power?)
            };
        }
        // The product is below 10^33, so beyond 128 bits the divisor leaves nothing of it.
        let Some(divisor) = power else { return Some(0) };
        let (quotient, remainder) = (product / divisor, product % divisor);
        Some(quotient + i128::from(remainder >= divisor - remainder))
    }
}

fn minor_digits_shift(currency: Currency) -> i32 {
    currency.minor_digits().cast_signed() - BASE_MINOR_DIGITS.cast_signed()
}

/// The value of a JSON number that is an integer, however it is written: 5, 5.0 and 50e-1 are the
/// same; `None` for other numbers, and for those beyond 10^30.
pub fn integer_value(literal: &str) -> Option<i128> {
    if let Ok(value) = literal.parse::<i64>() {
        return Some(value.into());
    }
    let (sign, unsigned) = literal
        .strip_prefix('-')
        .map_or((1, literal), |rest| (-1, rest));
    let (digits, exponent) = split_number(unsigned)?;
    let significant = digits.trim_start_matches('0');
    let plain = significant.trim_end_matches('0');
    if plain.is_empty() {
        return Some(0);
    }
    let dropped = i32::try_from(significant.len() - plain.len()).ok()?;
    let zeros = u32::try_from(exponent.checked_add(dropped)?).ok()?;
    if plain.len() + usize::try_from(zeros).ok()? > 30 {
        return None;
    }
    Some(sign * plain.parse::<i128>().ok()? * 10_i128.pow(zeros))
}

/// The digits of an unsigned JSON number without its point, and the power of ten they count in.
fn split_number(literal: &str) -> Option<(String, i32)> {
    let (mantissa, exponent) = match literal.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
        None => (literal, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{whole}{fraction}");
    if whole.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let exponent = exponent.checked_sub(i32::try_from(fraction.len()).ok()?)?;
    Some((digits, exponent))
}

/// Why a value has no counterpart in another currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unconvertible {
    /// It would be above [`MAX_SAFE_INTEGER`].
    TooLarge,
    /// It is above zero and would round to zero: nothing becomes free by rounding.
    FreeByRounding,
}

impl Unconvertible {
    /// The sentence for the caller about a value in this currency.
    pub fn message(self, currency: Currency) -> String {
        match self {
            Self::TooLarge => {
                format!("The value derived for {currency} would be above {MAX_SAFE_INTEGER}.")
            }
            Self::FreeByRounding => {
                format!("The value derived for {currency} would round to zero.")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rate(text: &str) -> ExchangeRate {
        ExchangeRate::parse(text).unwrap()
    }

    fn converted(base: i64, at: &str, currency: Currency) -> Result<i64, Unconvertible> {
        rate(at)
            .convert_amount(Amount(base), currency)
            .map(Amount::get)
    }

    #[test]
    fn a_price_keeps_its_worth_across_minor_digits() {
        assert_eq!(converted(4900, "150", Currency::Jpy), Ok(7350));
        assert_eq!(converted(4900, "1380.5", Currency::Krw), Ok(67645));
        assert_eq!(converted(4900, "5.43", Currency::Brl), Ok(26607));
    }

    #[test]
    fn a_unit_price_is_on_the_same_scale_everywhere() {
        let derived = rate("1380.5").convert_unit_price(UnitPrice(20)).unwrap();
        assert_eq!(derived.get(), 27610);
    }

    #[test]
    fn a_half_is_rounded_away_from_zero_once() {
        assert_eq!(converted(1, "0.5", Currency::Eur), Ok(1));
        assert_eq!(converted(1, "1.5", Currency::Eur), Ok(2));
        assert_eq!(converted(1, "2.4999999999999", Currency::Eur), Ok(2));
        assert_eq!(converted(150, "1", Currency::Jpy), Ok(2));
        assert_eq!(converted(149, "1", Currency::Jpy), Ok(1));
    }

    #[test]
    fn nothing_becomes_free_or_too_large() {
        assert_eq!(converted(0, "0.000000001", Currency::Jpy), Ok(0));
        assert_eq!(
            converted(1, "0.49", Currency::Eur),
            Err(Unconvertible::FreeByRounding)
        );
        assert_eq!(
            converted(MAX_SAFE_INTEGER, "1", Currency::Eur),
            Ok(MAX_SAFE_INTEGER)
        );
        assert_eq!(
            converted(MAX_SAFE_INTEGER, "1.00000000000001", Currency::Eur),
            Err(Unconvertible::TooLarge)
        );
        assert_eq!(
            converted(MAX_SAFE_INTEGER, "1e15", Currency::Eur),
            Err(Unconvertible::TooLarge)
        );
        assert_eq!(
            converted(1, "1e-300", Currency::Eur),
            Err(Unconvertible::FreeByRounding)
        );
        assert_eq!(
            converted(MAX_SAFE_INTEGER, "1.0000000000000002", Currency::Eur),
            Err(Unconvertible::TooLarge)
        );
        assert_eq!(
            converted(MAX_SAFE_INTEGER, "0.99999999999999989", Currency::Eur),
            Ok(MAX_SAFE_INTEGER - 1)
        );
    }

    #[test]
    fn integers_are_read_in_every_notation() {
        for (text, value) in [
            ("5", Some(5)),
            ("-0", Some(0)),
            ("5.0", Some(5)),
            ("50e-1", Some(5)),
            ("-1.2E+3", Some(-1200)),
            ("0.0e99999", Some(0)),
            ("9007199254740993.0", Some(9_007_199_254_740_993)),
            ("5.5", None),
            ("1e-1", None),
            ("1e31", None),
            ("1e2147483648", None),
        ] {
            assert_eq!(integer_value(text), value, "{text}");
        }
    }

    #[test]
    fn a_rate_is_kept_as_it_was_sent() {
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
    fn a_rate_outside_the_limits_is_refused() {
        for (text, why) in [
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
            assert_eq!(ExchangeRate::parse(text), Err(why), "{text}");
        }
    }
}

#[cfg(test)]
mod fuzz;
#[cfg(test)]
mod properties;
