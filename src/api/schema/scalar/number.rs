//! Numbers.

use poem_openapi::registry::{MetaSchema, MetaSchemaRef, Registry};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use serde_json::Number;

use super::inline::inline;
use crate::api::schema::describe::Schema;
use crate::domain::api_key::MAX_EXPIRY_DAYS;
use crate::domain::change::Revision;
use crate::domain::money::{
    Amount, BasisPoints, Count, ExchangeRate, MAX_SAFE_INTEGER, Positive, UnitPrice,
};

fn integer(min: i64, max: i64) -> MetaSchema {
    // Both bounds are integers that are exact as floats.
    #[allow(clippy::cast_precision_loss)]
    let (minimum, maximum) = (Some(min as f64), Some(max as f64));
    MetaSchema {
        minimum,
        maximum,
        // Beyond 32 bits, generators need the format to choose a type.
        ..MetaSchema::new_with_format("integer", "int64")
    }
}

/// Numbers of the domain, with their limits.
macro_rules! numbers {
    ($($name:ident),+) => {
        $(
            impl Schema for $name {
                fn schema(_: &mut Registry) -> MetaSchemaRef {
                    // The type name selects the unit in messages; the document does not show it.
                    let rust_typename = Some(stringify!($name));
                    inline(MetaSchema { rust_typename, ..integer($name::MIN, $name::MAX) })
                }
            }

            impl<'de> Deserialize<'de> for $name {
                fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                    let number = i64::deserialize(from)?;
                    $name::new(number).ok_or_else(|| D::Error::custom("the number is outside the limits"))
                }
            }

            impl Serialize for $name {
                fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                    to.serialize_i64(self.get())
                }
            }
        )+
    };
}

numbers!(Amount, UnitPrice, BasisPoints, Count, Positive, ExpiryDays);

impl Schema for Revision {
    fn schema(_: &mut Registry) -> MetaSchemaRef {
        inline(integer(0, MAX_SAFE_INTEGER))
    }
}

impl Serialize for Revision {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_i64(self.get())
    }
}

/// Days until an API key expires: 1 to 365.
#[derive(Debug, Clone, Copy)]
pub struct ExpiryDays(i64);

impl ExpiryDays {
    const MIN: i64 = 1;
    const MAX: i64 = MAX_EXPIRY_DAYS;
    /// The default.
    pub const DEFAULT: Self = Self(MAX_EXPIRY_DAYS);

    fn new(days: i64) -> Option<Self> {
        (Self::MIN..=Self::MAX)
            .contains(&days)
            .then_some(Self(days))
    }

    /// The number of days.
    pub fn get(self) -> i64 {
        self.0
    }
}

/// An integer that every JSON parser reads exactly.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(transparent)]
pub struct SafeInteger(pub i64);

impl Schema for SafeInteger {
    fn schema(_: &mut Registry) -> MetaSchemaRef {
        inline(integer(-MAX_SAFE_INTEGER, MAX_SAFE_INTEGER))
    }
}

/// An exchange rate: the JSON number as it was sent.
#[derive(Debug, Clone)]
pub struct Rate(pub String);

impl From<&ExchangeRate> for Rate {
    fn from(rate: &ExchangeRate) -> Self {
        Self(rate.as_str().to_owned())
    }
}

impl Schema for Rate {
    fn schema(_: &mut Registry) -> MetaSchemaRef {
        // Any double within the limits is a rate.
        let number = MetaSchema::new_with_format("number", "double");
        inline(MetaSchema {
            minimum: Some(0.0),
            exclusive_minimum: Some(true),
            ..number
        })
    }
}

impl<'de> Deserialize<'de> for Rate {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Ok(Self(Number::deserialize(from)?.as_str().to_owned()))
    }
}

impl Serialize for Rate {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        use serde::ser::Error as _;
        let number: Number = self.0.parse().map_err(S::Error::custom)?;
        number.serialize(to)
    }
}
