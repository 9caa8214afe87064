//! Schemas of types.

use poem_openapi::registry::{MetaSchema, MetaSchemaRef, Registry};

/// A type that has a schema in the OpenAPI document.
pub trait Schema {
    /// Whether a field of this type is required.
    const IS_REQUIRED: bool = true;

    /// The schema of the type; components are added to the registry.
    fn schema(registry: &mut Registry) -> MetaSchemaRef;
}

/// The schema with null allowed.
///
/// OpenAPI 3.0 has no way to say null beside a reference. An enum is copied in place. An object
/// becomes nullable itself, wherever it is used, so that clients get one type for it.
pub fn nullable(registry: &mut Registry, schema: MetaSchemaRef) -> MetaSchemaRef {
    let mut schema = match schema {
        MetaSchemaRef::Inline(schema) => *schema,
        MetaSchemaRef::Reference(name) => match registry.schemas.get_mut(&name) {
            Some(words) if !words.enum_items.is_empty() => words.clone(),
            Some(object) => {
                object.nullable = true;
                return MetaSchemaRef::Reference(name);
            }
            None => MetaSchema::ANY,
        },
    };
    schema.nullable = true;
    if !schema.enum_items.is_empty() {
        schema.enum_items.push(serde_json::Value::Null);
    }
    MetaSchemaRef::Inline(Box::new(schema))
}
