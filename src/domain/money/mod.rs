//! Money: currencies, amounts, exchange rates and the conversion between them.
//!
//! Amounts are integers and rates are exact decimals; there are no floats. A conversion multiplies
//! exactly and rounds once, half away from zero.

mod amount;
mod compare;
mod convert;
mod currency;
mod number;
mod product;
mod quotient;
mod rate;

#[cfg(test)]
mod fuzz;
#[cfg(test)]
mod properties;

pub use amount::{Amount, BasisPoints, Count, MAX_SAFE_INTEGER, Positive, UnitPrice};
pub use convert::Unconvertible;
pub use currency::Currency;
pub use number::integer_value;
pub(super) use number::with_point;
pub use product::Product;
pub use rate::{ExchangeRate, InvalidRate};
