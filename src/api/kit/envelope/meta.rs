//! What the document says of the response to a call that succeeded.

use poem_openapi::registry::{
    MetaHeader, MetaMediaType, MetaResponse, MetaSchema, MetaSchemaRef, Registry,
};

use super::kinds::Envelope;

/// An optional header.
pub fn header_meta(name: &str, description: &str, schema: MetaSchema) -> MetaHeader {
    MetaHeader {
        name: name.to_owned(),
        description: Some(description.to_owned()),
        required: false,
        deprecated: false,
        schema: MetaSchemaRef::Inline(Box::new(schema)),
    }
}

/// The response with an envelope.
pub fn success_meta<E: Envelope>(headers: Vec<MetaHeader>) -> MetaResponse {
    MetaResponse {
        description: "The call succeeded.",
        status: Some(200),
        status_range: None,
        content: vec![MetaMediaType {
            content_type: "application/json",
            schema: MetaSchemaRef::Reference(E::name()),
        }],
        headers,
    }
}

/// Makes the schema of an envelope a component.
pub fn register<E: Envelope>(registry: &mut Registry) {
    if !registry.schemas.contains_key(&E::name()) {
        let object = E::object(registry);
        registry.schemas.insert(E::name(), object);
    }
}
