//! Integers with a unit: amounts, prices per unit, basis points and counts.

use std::fmt;

use super::currency::Currency;
use super::number::{with_point, without_point};

/// The largest integer that every JSON parser keeps exactly: 2^53 − 1. No value exceeds it in
/// magnitude.
pub const MAX_SAFE_INTEGER: i64 = 9_007_199_254_740_991;

/// Declares an integer from `$min` to [`MAX_SAFE_INTEGER`] with a unit.
macro_rules! whole_number {
    ($(#[$meta:meta])* $name:ident, $min:literal) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub(super) i64);

        impl $name {
            /// The minimum.
            pub const MIN: i64 = $min;
            /// The maximum.
            pub const MAX: i64 = MAX_SAFE_INTEGER;

            /// Wraps a value within the limits.
            pub const fn new(value: i64) -> Option<Self> {
                if value >= Self::MIN && value <= Self::MAX { Some(Self(value)) } else { None }
            }

            /// Wraps a value read from the database, which holds only valid ones.
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
    Amount, 0
);
whole_number!(
    /// A price per unit on the rate scale, 1/10000 of a major unit in every currency: 20 is
    /// $0.002, and 27610 is ₩2.761.
    UnitPrice, 0
);
whole_number!(
    /// A fraction in basis points: 2500 is 25 %.
    BasisPoints, 0
);
whole_number!(
    /// A whole number of units, credits or days.
    Count, 0
);
whole_number!(
    /// A number above zero: billing cycles, or a discount whose unit depends on its type.
    Positive, 1
);

impl Amount {
    /// Zero.
    pub const ZERO: Self = Self(0);
    /// The largest amount.
    pub const LARGEST: Self = Self(MAX_SAFE_INTEGER);

    /// The amount in major units of its currency, with all digits of the currency.
    ///
    /// ```
    /// use pricebook::domain::money::{Amount, Currency};
    ///
    /// let amount = Amount::new(4900).unwrap();
    /// assert_eq!(amount.to_major_units(Currency::Usd), "49.00");
    /// assert_eq!(amount.to_major_units(Currency::Jpy), "4900");
    /// ```
    pub fn to_major_units(self, currency: Currency) -> String {
        with_point(self.0.unsigned_abs().into(), currency.minor_digits())
    }
}

impl Amount {
    /// Parses an amount in major units, such as `49.00`: digits, and at most as many after a point as the
    /// currency has minor digits. `None` for anything else, and beyond the limit.
    pub fn from_major_units(text: &str, currency: Currency) -> Option<Self> {
        without_point(text, currency.minor_digits()).and_then(Self::new)
    }
}

impl Positive {
    /// Parses a percentage, such as `12.5`, as basis points: at most two digits after the point.
    pub fn from_percent(text: &str) -> Option<Self> {
        without_point(text, PERCENT_DIGITS).and_then(Self::new)
    }

    /// Basis points as a percentage, such as `12.5`.
    pub fn to_percent(self) -> String {
        percent(self.0)
    }
}

impl BasisPoints {
    /// Parses a percentage, such as `12.5`: at most two digits after the point.
    pub fn from_percent(text: &str) -> Option<Self> {
        without_point(text, PERCENT_DIGITS).and_then(Self::new)
    }

    /// The percentage, such as `12.5`.
    pub fn to_percent(self) -> String {
        percent(self.0)
    }
}

/// Digits after the point of a percentage in basis points.
const PERCENT_DIGITS: u32 = 2;

fn percent(basis_points: i64) -> String {
    let text = with_point(basis_points.unsigned_abs().into(), PERCENT_DIGITS);
    let text = text.trim_end_matches('0').trim_end_matches('.');
    text.to_owned()
}

impl UnitPrice {
    /// Parses a price of a unit in major units, such as `0.0020`: at most four digits after the point.
    pub fn from_major_units(text: &str) -> Option<Self> {
        without_point(text, Self::DIGITS).and_then(Self::new)
    }
}

impl UnitPrice {
    /// Zero.
    pub const ZERO: Self = Self(0);
    /// Digits after the decimal point of a major unit, in every currency.
    const DIGITS: u32 = 4;

    /// The price in major units.
    ///
    /// ```
    /// use pricebook::domain::money::UnitPrice;
    ///
    /// assert_eq!(UnitPrice::new(27_610).unwrap().to_major_units(), "2.7610");
    /// ```
    pub fn to_major_units(self) -> String {
        with_point(self.0.unsigned_abs().into(), Self::DIGITS)
    }
}

impl From<Positive> for Amount {
    /// A discount of type `amount`, which is in minor units of its currency.
    fn from(discount: Positive) -> Self {
        Self(discount.0)
    }
}

impl Count {
    /// Zero.
    pub const ZERO: Self = Self(0);
}
