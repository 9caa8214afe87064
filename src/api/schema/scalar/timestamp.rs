//! Times.

use poem_openapi::registry::{MetaSchema, MetaSchemaRef, Registry};
use serde::{Serialize, Serializer};

use super::inline::inline;
use crate::api::schema::describe::Schema;
use crate::domain::timestamp::Timestamp;

impl Schema for Timestamp {
    fn schema(_: &mut Registry) -> MetaSchemaRef {
        inline(MetaSchema::new_with_format("string", "date-time"))
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}
