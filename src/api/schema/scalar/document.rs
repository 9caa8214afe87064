//! Documents of the catalog, and exchange rates by currency.

use std::collections::BTreeMap;

use poem_openapi::registry::{MetaSchema, MetaSchemaRef, Registry};
use serde::de::IgnoredAny;
use serde::{Deserialize, Deserializer, Serialize};

use super::inline::inline;
use super::number::Rate;
use crate::api::schema::describe::Schema;

/// Maximum number of rates in a request.
const MAX_RATES: usize = 200;

/// That there is a document: a text or an object. It is read on its own, with its places.
#[derive(Debug, Clone, Copy)]
pub struct DocumentField;

impl Schema for DocumentField {
    fn schema(_: &mut Registry) -> MetaSchemaRef {
        inline(MetaSchema::ANY)
    }
}

impl<'de> Deserialize<'de> for DocumentField {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        IgnoredAny::deserialize(from).map(|_| Self)
    }
}

/// Exchange rates by currency, as they were written.
#[derive(Debug, Clone, Serialize)]
#[serde(transparent)]
pub struct RateMap(pub BTreeMap<String, Rate>);

impl Schema for RateMap {
    fn schema(_: &mut Registry) -> MetaSchemaRef {
        inline(MetaSchema {
            additional_properties: Some(Box::new(inline(MetaSchema::ANY))),
            max_properties: Some(MAX_RATES),
            ..MetaSchema::new("object")
        })
    }
}

impl<'de> Deserialize<'de> for RateMap {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let values = BTreeMap::<String, serde_json::Value>::deserialize(from)?;
        let text = |value: serde_json::Value| match value {
            serde_json::Value::String(text) => text,
            other => other.to_string(),
        };
        let rates = values
            .into_iter()
            .map(|(key, value)| (key, Rate(text(value))));
        Ok(Self(rates.collect()))
    }
}
