//! A value of money with its unit.

use crate::domain::money::{Amount, Currency, ExchangeRate, Product, Unconvertible, UnitPrice};

/// A value of money, in the unit in which the plan shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Money {
    /// Minor units of its currency.
    Amount(Amount),
    /// A price per unit on the rate scale, 1/10000 of a major unit.
    UnitPrice(UnitPrice),
}

impl Money {
    /// The number.
    pub fn get(self) -> i64 {
        match self {
            Self::Amount(amount) => amount.get(),
            Self::UnitPrice(price) => price.get(),
        }
    }

    /// The value in major units of its currency, with all digits of its unit.
    pub fn to_major_units(self, currency: Currency) -> String {
        match self {
            Self::Amount(amount) => amount.to_major_units(currency),
            Self::UnitPrice(price) => price.to_major_units(),
        }
    }

    /// This base value in another currency, before it is rounded.
    pub(super) fn product(self, rate: &ExchangeRate, currency: Currency) -> Product {
        match self {
            Self::Amount(amount) => rate.amount_product(amount, currency),
            Self::UnitPrice(price) => rate.unit_price_product(price),
        }
    }

    /// This base value in another currency.
    ///
    /// # Errors
    /// The value cannot be derived.
    pub(super) fn converted(
        self,
        rate: &ExchangeRate,
        currency: Currency,
    ) -> Result<Self, Unconvertible> {
        match self {
            Self::Amount(amount) => rate.convert_amount(amount, currency).map(Self::Amount),
            Self::UnitPrice(price) => rate.convert_unit_price(price).map(Self::UnitPrice),
        }
    }
}
