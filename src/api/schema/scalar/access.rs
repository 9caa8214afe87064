//! Permissions of keys.

use poem_openapi::registry::{MetaSchema, MetaSchemaRef, Registry};
use serde::{Deserialize, Serialize};

use super::inline::inline;
use crate::api::schema::describe::Schema;
use crate::domain::permission::Access;

/// The accesses to a resource, each at most once.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AccessList<A = Access>(pub Vec<A>);

/// Maximum length of an [`AccessList`].
const MAX_ACCESS_WORDS: usize = 3;

impl<A: Schema> Schema for AccessList<A> {
    fn schema(registry: &mut Registry) -> MetaSchemaRef {
        let items = Some(Box::new(A::schema(registry)));
        inline(MetaSchema {
            items,
            max_items: Some(MAX_ACCESS_WORDS),
            unique_items: Some(true),
            ..MetaSchema::new("array")
        })
    }
}
