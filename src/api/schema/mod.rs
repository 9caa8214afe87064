//! The JSON objects of the API, and their schemas in the OpenAPI document.
//!
//! Requests are structs that serde reads, responses are structs that serde writes. Both are
//! declared with [`object!`](object), which takes descriptions from doc comments. Each resource has
//! a file with its objects and their conversions from and to the domain.

pub mod object;
mod scalar;

pub mod api_key;
pub mod currency;
pub mod deleted;
pub mod error;
pub mod feature;
pub mod plan;
pub mod plan_feature;
pub mod plan_group;
pub mod plan_price;
mod public;
pub mod regional;

pub use object::{described, property_name};
pub use scalar::{AccessList, ExpiryDays, Flag, Nullable, Rate, Reference, SafeInteger, kind};

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
fn nullable(registry: &mut Registry, schema: MetaSchemaRef) -> MetaSchemaRef {
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

pub(crate) use object::object;
