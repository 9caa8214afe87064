//! Parameters of the log of changes.

use poem::Request;
use poem_openapi::registry::{MetaParamIn, MetaSchema};

use super::param::{Parameter, query_value};
use crate::domain::change::{ObjectType, Revision};
use crate::domain::id::ApiKeyId;
use crate::domain::timestamp::Timestamp;

/// The longest wait for a change, in seconds.
pub const MAX_WAIT: u64 = 30;

/// Maximum length of the name of an object in characters.
const MAX_NAME: usize = 200;

/// Declares optional parameters of the query: how a text is read, and the schema.
macro_rules! query_parameters {
    ($($(#[$meta:meta])* $name:ident($target:ty): $read:expr, $schema:expr;)+) => {
        $(
            $(#[$meta])*
            #[derive(Debug, Clone)]
            pub struct $name(pub Option<$target>);

            impl Parameter for $name {
                const IN: MetaParamIn = MetaParamIn::Query;

                fn schema() -> MetaSchema {
                    $schema
                }

                fn read(request: &Request, name: &str) -> Result<Self, String> {
                    let value = query_value(request.uri(), name)?;
                    let read: fn(&str) -> Result<$target, String> = $read;
                    value.as_deref().map(read).transpose().map(Self)
                }
            }
        )+
    };
}

query_parameters! {
    /// The revision after which changes are wanted.
    After(i64): read_revision, revision_schema();
    /// The revision that is compared.
    ToRevision(i64): read_revision, revision_schema();
    /// How long an empty answer is held back, in seconds.
    Wait(u64): read_wait, wait_schema();
    /// The kind of objects that changed.
    ObjectTypeFilter(ObjectType): read_object_type, object_type_schema();
    /// The id or code of an object that changed.
    ObjectName(String): read_name, name_schema();
    /// The id of the key that made the change.
    ActorId(ApiKeyId): read_actor, MetaSchema::new("string");
    /// The earliest time.
    Since(Timestamp): read_time, time_schema();
    /// The latest time.
    Until(Timestamp): read_time, time_schema();
    /// The time as of which the catalog is shown.
    AsOf(Timestamp): read_time, time_schema();
    /// The revision at which the catalog is shown.
    AtRevision(i64): read_revision, revision_schema();
}

/// The revision to compare with.
#[derive(Debug, Clone, Copy)]
pub struct FromRevision(pub i64);

impl Parameter for FromRevision {
    const IN: MetaParamIn = MetaParamIn::Query;
    const IS_REQUIRED: bool = true;

    fn schema() -> MetaSchema {
        MetaSchema {
            example: Some(3.into()),
            ..revision_schema()
        }
    }

    fn read(request: &Request, name: &str) -> Result<Self, String> {
        let value = query_value(request.uri(), name)?;
        let value = value.ok_or("Is required.")?;
        read_revision(&value).map(Self)
    }
}

/// A revision: 0 or more, in digits.
fn read_revision(text: &str) -> Result<i64, String> {
    Revision::parse(text)
        .map(Revision::get)
        .ok_or_else(|| "Must be a revision: an integer from 0 on.".to_owned())
}

fn revision_schema() -> MetaSchema {
    MetaSchema {
        minimum: Some(0.0),
        ..MetaSchema::new_with_format("integer", "int64")
    }
}

fn read_wait(text: &str) -> Result<u64, String> {
    let seconds = read_revision(text).ok();
    let seconds = seconds.and_then(|seconds| u64::try_from(seconds).ok());
    seconds
        .filter(|seconds| *seconds <= MAX_WAIT)
        .ok_or_else(|| format!("Must be an integer from 0 to {MAX_WAIT}, in seconds."))
}

fn wait_schema() -> MetaSchema {
    MetaSchema {
        minimum: Some(0.0),
        maximum: Some(30.0),
        ..MetaSchema::new_with_format("integer", "int32")
    }
}

fn read_object_type(text: &str) -> Result<ObjectType, String> {
    let words = ObjectType::ALL.iter().map(|word| format!("`{word}`"));
    ObjectType::from_word(text)
        .ok_or_else(|| format!("Must be one of {}.", words.collect::<Vec<_>>().join(", ")))
}

fn object_type_schema() -> MetaSchema {
    let words = ObjectType::ALL.iter().map(|word| word.as_str().into());
    MetaSchema {
        enum_items: words.collect(),
        ..MetaSchema::new("string")
    }
}

fn read_name(text: &str) -> Result<String, String> {
    let is_fit = (1..=MAX_NAME).contains(&text.chars().count()) && !text.contains('\0');
    is_fit
        .then(|| text.to_owned())
        .ok_or_else(|| format!("Must be an id or a code of 1 to {MAX_NAME} characters."))
}

fn name_schema() -> MetaSchema {
    MetaSchema {
        min_length: Some(1),
        max_length: Some(MAX_NAME),
        ..MetaSchema::new("string")
    }
}

fn read_actor(text: &str) -> Result<ApiKeyId, String> {
    let message = "Must be the id of an API key, which starts with `key_`.";
    ApiKeyId::parse(text).ok_or_else(|| message.to_owned())
}

fn read_time(text: &str) -> Result<Timestamp, String> {
    text.parse().map_err(|_| {
        "Must be a time such as 2026-07-11T09:30:00Z; `+` in a zone is sent as `%2B`.".to_owned()
    })
}

fn time_schema() -> MetaSchema {
    MetaSchema::new_with_format("string", "date-time")
}
