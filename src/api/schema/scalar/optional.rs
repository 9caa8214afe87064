//! Optional and nullable values, and lists.

use poem_openapi::registry::{MetaSchema, MetaSchemaRef, Registry};
use serde::{Deserialize, Deserializer, Serialize};

use super::inline::inline;
use crate::api::schema::describe::{Schema, nullable};
use crate::domain::patch::Patch;

impl<T: Schema> Schema for Vec<T> {
    fn schema(registry: &mut Registry) -> MetaSchemaRef {
        let items = Some(Box::new(T::schema(registry)));
        inline(MetaSchema {
            items,
            ..MetaSchema::new("array")
        })
    }
}

/// May be absent, but not null.
impl<T: Schema> Schema for Option<T> {
    const IS_REQUIRED: bool = false;

    fn schema(registry: &mut Registry) -> MetaSchemaRef {
        T::schema(registry)
    }
}

/// May be absent or null.
impl<T: Schema> Schema for Patch<T> {
    const IS_REQUIRED: bool = false;

    fn schema(registry: &mut Registry) -> MetaSchemaRef {
        let schema = T::schema(registry);
        nullable(registry, schema)
    }
}

/// Serde calls this for a field that is present; an absent one is `Keep`, the default of the type.
impl<'de, T: Deserialize<'de>> Deserialize<'de> for Patch<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Ok(Option::deserialize(from)?.map_or(Self::Clear, Self::Set))
    }
}

/// Always present, and may be null.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Nullable<T>(pub Option<T>);

impl<T> From<Option<T>> for Nullable<T> {
    fn from(value: Option<T>) -> Self {
        Self(value)
    }
}

impl<T: Schema> Schema for Nullable<T> {
    fn schema(registry: &mut Registry) -> MetaSchemaRef {
        let schema = T::schema(registry);
        nullable(registry, schema)
    }
}
