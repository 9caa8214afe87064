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

fn can_read_numbers(value: &Value) -> bool {
    match value {
        Value::Number(number) => Metadata::can_read(number.as_str()),
        Value::Array(items) => items.iter().all(can_read_numbers),
        Value::Object(object) => object.values().all(can_read_numbers),
        Value::Null | Value::Bool(_) | Value::String(_) => true,
    }
}

impl<'de> Deserialize<'de> for Metadata {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let object = Map::<String, Value>::deserialize(from)?;
        let json = serde_json::to_string(&object).map_err(D::Error::custom)?;
        let can_read_numbers = object.values().all(can_read_numbers);
        Ok(Self::new(
            json,
            object.keys().cloned().collect(),
            can_read_numbers,
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
