//! Strings.

use poem_openapi::registry::{MetaSchema, MetaSchemaRef, Registry};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use super::inline::inline;
use crate::api::schema::describe::Schema;
use crate::domain::text::{Code, Description, Name, UnitName};

impl Schema for String {
    fn schema(_: &mut Registry) -> MetaSchemaRef {
        inline(MetaSchema::new("string"))
    }
}

/// Strings of the domain, with their limits.
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

/// The id or code of an object.
#[derive(Debug, Clone, Deserialize)]
#[serde(transparent)]
pub struct Reference(pub String);

impl Reference {
    /// The id or code as it was sent.
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
