//! Values of the wire: texts, numbers, words, and what may be null.

use poem_openapi::registry::{MetaSchema, MetaSchemaRef, Registry};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use serde_json::{Map, Number, Value};

use super::{Schema, nullable};
use crate::domain::api_key::MAX_EXPIRY_DAYS;
use crate::domain::feature::FeatureType;
use crate::domain::money::{
    Amount, BasisPoints, Count, Currency, ExchangeRate, MAX_SAFE_INTEGER, Positive, UnitPrice,
};
use crate::domain::patch::Patch;
use crate::domain::permission::{Access, PlanAccess};
use crate::domain::plan::ConsumptionModel;
use crate::domain::plan_feature::PricingMode;
use crate::domain::plan_price::{BillingInterval, DiscountType};
use crate::domain::text::{Code, Description, Metadata, Name, UnitName};
use crate::domain::timestamp::Timestamp;

fn inline(schema: MetaSchema) -> MetaSchemaRef {
    MetaSchemaRef::Inline(Box::new(schema))
}

fn integer(min: i64, max: i64) -> MetaSchema {
    // Both bounds are integers that a float keeps exactly.
    #[allow(clippy::cast_precision_loss)]
    let (minimum, maximum) = (Some(min as f64), Some(max as f64));
    MetaSchema {
        minimum,
        maximum,
        // Beyond 32 bits only the format tells generators which type to take.
        ..MetaSchema::new_with_format("integer", "int64")
    }
}

impl Schema for String {
    fn schema(_: &mut Registry) -> MetaSchemaRef {
        inline(MetaSchema::new("string"))
    }
}

impl Schema for bool {
    fn schema(_: &mut Registry) -> MetaSchemaRef {
        inline(MetaSchema::new("boolean"))
    }
}

impl<T: Schema> Schema for Vec<T> {
    fn schema(registry: &mut Registry) -> MetaSchemaRef {
        let items = Some(Box::new(T::schema(registry)));
        inline(MetaSchema {
            items,
            ..MetaSchema::new("array")
        })
    }
}

/// May be absent, but not null.
impl<T: Schema> Schema for Option<T> {
    const IS_REQUIRED: bool = false;

    fn schema(registry: &mut Registry) -> MetaSchemaRef {
        T::schema(registry)
    }
}

/// May be absent or null.
impl<T: Schema> Schema for Patch<T> {
    const IS_REQUIRED: bool = false;

    fn schema(registry: &mut Registry) -> MetaSchemaRef {
        let schema = T::schema(registry);
        nullable(registry, schema)
    }
}

/// Serde asks for a field that is there; an absent one is the type's default, `Keep`.
impl<'de, T: Deserialize<'de>> Deserialize<'de> for Patch<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Ok(Option::deserialize(from)?.map_or(Self::Clear, Self::Set))
    }
}

/// Is always there, and may be null.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Nullable<T>(pub Option<T>);

impl<T> From<Option<T>> for Nullable<T> {
    fn from(value: Option<T>) -> Self {
        Self(value)
    }
}

impl<T: Schema> Schema for Nullable<T> {
    fn schema(registry: &mut Registry) -> MetaSchemaRef {
        let schema = T::schema(registry);
        nullable(registry, schema)
    }
}

/// Texts of the domain, with their limits.
macro_rules! texts {
    ($($name:ident { $($key:ident: $value:expr),* }),+ $(,)?) => {
        $(
            impl Schema for $name {
                fn schema(_: &mut Registry) -> MetaSchemaRef {
                    let min_length = ($name::MIN_LENGTH > 0).then_some($name::MIN_LENGTH);
                    let max_length = Some($name::MAX_LENGTH);
                    inline(MetaSchema { min_length, max_length, $($key: $value,)* ..MetaSchema::new("string") })
                }
            }

            impl<'de> Deserialize<'de> for $name {
                fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                    let text = String::deserialize(from)?;
                    $name::parse(text).ok_or_else(|| D::Error::custom("the length is outside the limits"))
                }
            }

            impl Serialize for $name {
                fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                    to.serialize_str(self.as_str())
                }
            }
        )+
    };
}

texts!(
    Name {},
    Description {},
    UnitName {},
    Code {
        pattern: Some(Code::PATTERN.to_owned())
    }
);

/// The id or code of something, which the server looks up.
#[derive(Debug, Clone, Deserialize)]
#[serde(transparent)]
pub struct Reference(pub String);

impl Reference {
    /// The text that names something.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Schema for Reference {
    fn schema(_: &mut Registry) -> MetaSchemaRef {
        inline(MetaSchema {
            min_length: Some(1),
            ..MetaSchema::new("string")
        })
    }
}

/// Numbers of the domain, with their limits.
macro_rules! numbers {
    ($($name:ident),+) => {
        $(
            impl Schema for $name {
                fn schema(_: &mut Registry) -> MetaSchemaRef {
                    // The unit goes into messages; the document does not have the name of the type.
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

/// Days until an API key expires: 1 to 365.
#[derive(Debug, Clone, Copy)]
pub struct ExpiryDays(i64);

impl ExpiryDays {
    const MIN: i64 = 1;
    const MAX: i64 = MAX_EXPIRY_DAYS;
    /// What a client gets that says nothing.
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

/// What may be done with a resource, each word once.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AccessList<A = Access>(pub Vec<A>);

/// Maximum number of words in an [`AccessList`], whichever there are.
const MAX_ACCESS_WORDS: usize = 3;

impl<A: Schema> Schema for AccessList<A> {
    fn schema(registry: &mut Registry) -> MetaSchemaRef {
        let items = Some(Box::new(A::schema(registry)));
        inline(MetaSchema {
            items,
            max_items: Some(MAX_ACCESS_WORDS),
            unique_items: Some(true),
            ..MetaSchema::new("array")
        })
    }
}

/// Any integer that every JSON reader keeps exactly.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(transparent)]
pub struct SafeInteger(pub i64);

impl Schema for SafeInteger {
    fn schema(_: &mut Registry) -> MetaSchemaRef {
        inline(integer(-MAX_SAFE_INTEGER, MAX_SAFE_INTEGER))
    }
}

/// An exchange rate: the JSON number as it was written.
#[derive(Debug, Clone)]
pub struct Rate(pub String);

impl From<&ExchangeRate> for Rate {
    fn from(rate: &ExchangeRate) -> Self {
        Self(rate.as_str().to_owned())
    }
}

impl Schema for Rate {
    fn schema(_: &mut Registry) -> MetaSchemaRef {
        // Any double is a rate, as far as it is within the limits.
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

impl Schema for Timestamp {
    fn schema(_: &mut Registry) -> MetaSchemaRef {
        inline(MetaSchema::new_with_format("string", "date-time"))
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl Schema for Metadata {
    fn schema(_: &mut Registry) -> MetaSchemaRef {
        let anything = Some(Box::new(inline(MetaSchema::ANY)));
        inline(MetaSchema {
            additional_properties: anything,
            max_properties: Some(Metadata::MAX_KEYS),
            ..MetaSchema::new("object")
        })
    }
}

fn numbers_are_in_range(value: &Value) -> bool {
    match value {
        Value::Number(number) => Metadata::is_in_range(number.as_str()),
        Value::Array(items) => items.iter().all(numbers_are_in_range),
        Value::Object(object) => object.values().all(numbers_are_in_range),
        Value::Null | Value::Bool(_) | Value::String(_) => true,
    }
}

impl<'de> Deserialize<'de> for Metadata {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let object = Map::<String, Value>::deserialize(from)?;
        let json = serde_json::to_string(&object).map_err(D::Error::custom)?;
        let numbers_are_in_range = object.values().all(numbers_are_in_range);
        Ok(Self::new(
            json,
            object.keys().cloned().collect(),
            numbers_are_in_range,
        ))
    }
}

impl Serialize for Metadata {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        use serde::ser::Error as _;
        let json: &serde_json::value::RawValue =
            serde_json::from_str(self.as_json()).map_err(S::Error::custom)?;
        json.serialize(to)
    }
}

/// Words of the domain: components of the document, so that clients get a type for each.
macro_rules! words {
    ($($name:ident $(as $wire:literal)?: $doc:literal),+ $(,)?) => {
        $(
            impl Schema for $name {
                fn schema(registry: &mut Registry) -> MetaSchemaRef {
                    #[allow(unused_variables)]
                    let name = stringify!($name);
                    $(let name = $wire;)?
                    registry.create_schema::<Self, _>(name.to_owned(), |_| MetaSchema {
                        description: Some($doc),
                        enum_items: $name::ALL.iter().map(|word| word.as_str().into()).collect(),
                        ..MetaSchema::new("string")
                    });
                    MetaSchemaRef::Reference(name.to_owned())
                }
            }

            impl<'de> Deserialize<'de> for $name {
                fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                    let word = String::deserialize(from)?;
                    $name::from_word(&word).ok_or_else(|| D::Error::custom("the word is unknown"))
                }
            }

            impl Serialize for $name {
                fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                    to.serialize_str(self.as_str())
                }
            }
        )+
    };
}

words!(
    Access: "What a key may do with a resource: look at it, or change it.",
    BillingInterval: "How often a price is charged.",
    ConsumptionModel: "How customers of a plan pay for what they use: `metered` bills it afterwards, `credits` takes it from credits, `balance` from a balance of money.",
    Currency as "CurrencyCode": "A currency by its ISO 4217 code in lower case.",
    DiscountType: "What the value of a discount counts: basis points (`percentage`, 2500 is 25 %) or minor units of the currency (`amount`).",
    FeatureType: "How a feature is measured: on or off, by use, by people, or as a durable allowance.",
    PlanAccess: "What a key may do with plans: read them, change them, or read only what the public may see of public plans.",
    PricingMode: "How use of a feature is priced in a balance plan: at a `fixed` price, or at what the AI model costs plus a margin.",
);

/// What kind of object an answer is: a word that never changes. The document shows it as an example,
/// since generators make a type of every enum, even of one word.
macro_rules! object_words {
    ($($name:ident = $word:literal),+ $(,)?) => {
        /// The values of `object` in answers.
        pub mod kind {
            use super::*;
            $(
                #[doc = concat!("`", $word, "`")]
                #[derive(Debug, Clone, Copy, Default)]
                pub struct $name;

                impl Schema for $name {
                    fn schema(_: &mut Registry) -> MetaSchemaRef {
                        inline(MetaSchema { example: Some($word.into()), ..MetaSchema::new("string") })
                    }
                }

                impl Serialize for $name {
                    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                        to.serialize_str($word)
                    }
                }
            )+
        }
    };
}

object_words!(
    Plan = "plan",
    Feature = "feature",
    PlanGroup = "plan_group",
    ApiKey = "api_key",
    PerUnit = "per_unit"
);

/// A statement that is always `true` in the answer that makes it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Flag;

impl Schema for Flag {
    fn schema(_: &mut Registry) -> MetaSchemaRef {
        inline(MetaSchema {
            example: Some(true.into()),
            ..MetaSchema::new("boolean")
        })
    }
}

impl Serialize for Flag {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_bool(true)
    }
}
