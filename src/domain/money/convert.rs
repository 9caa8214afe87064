//! Converting base values to another currency. What is rounded, and how, is in [`Product`].

use super::amount::{Amount, MAX_SAFE_INTEGER, Positive, UnitPrice};
use super::currency::Currency;
use super::product::Product;
use super::rate::ExchangeRate;

/// Minor digits of the base currency, the US dollar.
const BASE_MINOR_DIGITS: u32 = 2;

/// Why a value cannot be converted to another currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unconvertible {
    /// The result would exceed [`MAX_SAFE_INTEGER`].
    TooLarge,
    /// A value above zero would round to zero: nothing becomes free by rounding.
    FreeByRounding,
}

impl Unconvertible {
    /// The message for the client about a value in this currency.
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

impl ExchangeRate {
    /// Converts an amount in US cents to minor units of another currency:
    /// base × rate × 10^(minor digits of the currency − 2), rounded once.
    ///
    /// # Errors
    /// The result is too large, or zero for a base above zero.
    pub fn convert_amount(
        &self,
        base: Amount,
        currency: Currency,
    ) -> Result<Amount, Unconvertible> {
        round(self.amount_product(base, currency)).map(Amount)
    }

    /// Converts a price per unit; the rate scale is the same in every currency.
    ///
    /// # Errors
    /// As [`Self::convert_amount`].
    pub fn convert_unit_price(&self, base: UnitPrice) -> Result<UnitPrice, Unconvertible> {
        round(self.unit_price_product(base)).map(UnitPrice)
    }

    /// Converts a discount of type `amount`, like a price.
    ///
    /// # Errors
    /// As [`Self::convert_amount`].
    pub fn convert_discount(
        &self,
        base: Positive,
        currency: Currency,
    ) -> Result<Positive, Unconvertible> {
        round(self.amount_product(base.into(), currency)).map(Positive)
    }

    /// What [`Self::convert_amount`] rounds, in minor units of the currency.
    pub fn amount_product(&self, base: Amount, currency: Currency) -> Product {
        Product::of(base.get(), self, minor_digits_shift(currency))
    }

    /// What [`Self::convert_unit_price`] rounds, on the rate scale.
    pub fn unit_price_product(&self, base: UnitPrice) -> Product {
        Product::of(base.get(), self, 0)
    }
}

fn round(product: Product) -> Result<i64, Unconvertible> {
    let rounded = product
        .rounded()
        .and_then(|value| i64::try_from(value).ok())
        .filter(|value| *value <= MAX_SAFE_INTEGER)
        .ok_or(Unconvertible::TooLarge)?;
    if rounded == 0 && !product.is_zero() {
        return Err(Unconvertible::FreeByRounding);
    }
    Ok(rounded)
}

fn minor_digits_shift(currency: Currency) -> i32 {
    currency.minor_digits().cast_signed() - BASE_MINOR_DIGITS.cast_signed()
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
    fn a_price_converts_across_minor_digits() {
        assert_eq!(converted(4900, "150", Currency::Jpy), Ok(7350));
        assert_eq!(converted(4900, "1380.5", Currency::Krw), Ok(67645));
        assert_eq!(converted(4900, "5.43", Currency::Brl), Ok(26607));
    }

    #[test]
    fn a_unit_price_keeps_its_scale() {
        let derived = rate("1380.5").convert_unit_price(UnitPrice(20)).unwrap();
        assert_eq!(derived.get(), 27610);
    }

    #[test]
    fn halves_round_away_from_zero() {
        assert_eq!(converted(1, "0.5", Currency::Eur), Ok(1));
        assert_eq!(converted(1, "1.5", Currency::Eur), Ok(2));
        assert_eq!(converted(1, "2.4999999999999", Currency::Eur), Ok(2));
        assert_eq!(converted(150, "1", Currency::Jpy), Ok(2));
        assert_eq!(converted(149, "1", Currency::Jpy), Ok(1));
    }

    #[test]
    fn free_or_too_large_is_refused() {
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
}
