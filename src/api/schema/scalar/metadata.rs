//! Metadata: an object whose keys and values are the client's own.

use poem_openapi::registry::{MetaSchema, MetaSchemaRef, Registry};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use serde_json::{Map, Value};

use super::inline::inline;
use crate::api::schema::describe::Schema;
use crate::domain::text::Metadata;

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
