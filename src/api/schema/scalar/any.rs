//! Values of any type.

use poem_openapi::registry::{MetaSchema, MetaSchemaRef, Registry};
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

use crate::api::schema::describe::Schema;
use crate::domain::change as domain;

/// A value of any type.
#[derive(Debug)]
pub struct AnyValue(pub domain::Value);

impl Schema for AnyValue {
    fn schema(_: &mut Registry) -> MetaSchemaRef {
        MetaSchemaRef::Inline(Box::new(MetaSchema::ANY))
    }
}

impl Serialize for AnyValue {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        use serde::ser::Error as _;
        match &self.0 {
            domain::Value::Null => to.serialize_unit(),
            domain::Value::Bool(value) => to.serialize_bool(*value),
            domain::Value::Int(value) => to.serialize_i64(*value),
            domain::Value::Text(text) => to.serialize_str(text),
            domain::Value::Decimal(json) | domain::Value::Json(json) => {
                let json: &RawValue = serde_json::from_str(json).map_err(S::Error::custom)?;
                json.serialize(to)
            }
        }
    }
}
