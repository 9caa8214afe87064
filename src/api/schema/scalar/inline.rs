//! Inline schemas.

use poem_openapi::registry::{MetaSchema, MetaSchemaRef};

/// A schema that is not a component.
pub fn inline(schema: MetaSchema) -> MetaSchemaRef {
    MetaSchemaRef::Inline(Box::new(schema))
}
