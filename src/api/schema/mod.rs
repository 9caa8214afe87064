//! The shapes that go over the wire, and how the OpenAPI document describes them.
//!
//! Requests are structs that serde reads, answers are structs that serde writes; both are
//! declared with [`object!`](object), which takes their description from their doc comments. Each
//! resource has its shapes, and the conversions from and to the domain, in a file of its own.

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

/// A type that the OpenAPI document can describe.
pub trait Schema {
    /// Whether an object that has a field of this type must have the field.
    const IS_REQUIRED: bool = true;

    /// Describes the type; what is a component of the document is put into the registry.
    fn schema(registry: &mut Registry) -> MetaSchemaRef;
}

/// The same schema with null allowed.
///
/// OpenAPI 3.0 knows no null beside a reference. A component of words is copied in place. A
/// component of fields takes the null into itself and stays one, so that clients get one type for
/// it: where it is used, it may be null everywhere.
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
