//! The values of `object` in responses.

use poem_openapi::registry::{MetaSchema, MetaSchemaRef, Registry};
use serde::{Serialize, Serializer};

use super::inline::inline;
use crate::api::schema::Schema;

/// What kind of object an answer is: a word that never changes. The document shows it as an example,
/// since generators make a type of every enum, even of one word.
macro_rules! object_words {
    ($($name:ident = $word:literal),+ $(,)?) => {
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
    };
}

object_words!(
    Plan = "plan",
    Feature = "feature",
    PlanGroup = "plan_group",
    ApiKey = "api_key",
    PerUnit = "per_unit"
);
