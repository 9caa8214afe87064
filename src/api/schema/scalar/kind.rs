//! The values of `object` in responses.

use poem_openapi::registry::{MetaSchema, MetaSchemaRef, Registry};
use serde::{Serialize, Serializer};

use super::inline::inline;
use crate::api::schema::describe::Schema;

/// The kind of an object: a constant string. The document shows it as an example, since generators
/// would make a type of an enum.
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
    Change = "change",
    Changeset = "changeset",
    PerUnit = "per_unit",
    HalfAwayFromZero = "half_away_from_zero"
);
