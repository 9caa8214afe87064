//! Currencies on the wire.

use serde::Serialize;

use super::object::object;
use super::scalar::SafeInteger;
use crate::domain::money::Currency;

object! {
    /// A currency that plans can have prices in.
    #[derive(Debug, Serialize)]
    pub struct CurrencyInfo {
        /// The ISO 4217 code in lower case, as the other operations take it.
        code: Currency { example: "jpy" },
        /// The English name.
        name: String { example: "Japanese yen" },
        /// The number of decimal places: an amount of 4900 is $49.00 with 2, and ¥4900 with 0.
        minor_digits: SafeInteger { example: 0 },
    }
}

impl CurrencyInfo {
    /// What a client has to know of a currency.
    pub fn new(currency: Currency) -> Self {
        Self {
            code: currency,
            name: currency.name().to_owned(),
            minor_digits: SafeInteger(currency.minor_digits().into()),
        }
    }
}
