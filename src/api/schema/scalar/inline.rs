//! Schemas that are written where they are used.

use poem_openapi::registry::{MetaSchema, MetaSchemaRef};

/// A schema in its place, not a component.
pub fn inline(schema: MetaSchema) -> MetaSchemaRef {
    MetaSchemaRef::Inline(Box::new(schema))
}
