//! Booleans.

use poem_openapi::registry::{MetaSchema, MetaSchemaRef, Registry};
use serde::{Serialize, Serializer};

use super::inline::inline;
use crate::api::schema::describe::Schema;

impl Schema for bool {
    fn schema(_: &mut Registry) -> MetaSchemaRef {
        inline(MetaSchema::new("boolean"))
    }
}

/// A field that is always `true`.
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
