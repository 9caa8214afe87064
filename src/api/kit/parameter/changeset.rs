//! Parameters of changesets and of the catalog as a whole.

use poem::Request;
use poem::http::header;
use poem_openapi::registry::{MetaParamIn, MetaSchema};

use super::cursor::Position;
use super::param::{Parameter, header_value, query_value};
pub use crate::api::protocol::SOURCE_API_KEY;
use crate::catalog::changeset::{ChangesetPosition, MAX_OBJECTS};
use crate::domain::changeset::ChangesetStatus;
use crate::domain::id::ChangesetId;
use crate::domain::lint::Severity;

impl Position for ChangesetPosition {
    fn to_text(&self) -> String {
        format!("changesets {} {}", self.created_at, self.id)
    }

    fn from_text(text: &str) -> Option<Self> {
        let (created_at, id) = text.strip_prefix("changesets ")?.split_once(' ')?;
        Some(Self {
            created_at: created_at.parse().ok()?,
            id: ChangesetId::parse(id)?.to_string(),
        })
    }
}

/// The place of an object in a changeset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ObjectPosition(pub u64);

impl Position for ObjectPosition {
    fn to_text(&self) -> String {
        format!("objects {}", self.0)
    }

    fn from_text(text: &str) -> Option<Self> {
        let place: u64 = text.strip_prefix("objects ")?.parse().ok()?;
        // What a changeset can have at most is far below.
        (place <= u64::from(u32::MAX)).then_some(Self(place))
    }
}

/// Declares filters by a word of a closed vocabulary.
macro_rules! word_filters {
    ($($(#[$meta:meta])* $name:ident($word:ident);)+) => {
        $(
            $(#[$meta])*
            #[derive(Debug, Clone, Copy)]
            pub struct $name(pub Option<$word>);

            impl Parameter for $name {
                const IN: MetaParamIn = MetaParamIn::Query;

                fn schema() -> MetaSchema {
                    let words = $word::ALL.iter().map(|word| word.as_str().into());
                    MetaSchema { enum_items: words.collect(), ..MetaSchema::new("string") }
                }

                fn read(request: &Request, name: &str) -> Result<Self, String> {
                    let Some(text) = query_value(request.uri(), name)? else {
                        return Ok(Self(None));
                    };
                    let words = $word::ALL.iter().map(|word| format!("`{word}`"));
                    let words: Vec<_> = words.collect();
                    let found = $word::from_word(&text);
                    let found = found.ok_or_else(|| format!("Must be one of {}.", words.join(", ")))?;
                    Ok(Self(Some(found)))
                }
            }
        )+
    };
}

word_filters! {
    /// What became of changesets.
    StatusFilter(ChangesetStatus);
    /// How bad findings are.
    SeverityFilter(Severity);
}

/// The maximum number of objects of a changeset to return.
#[derive(Debug, Clone, Copy)]
pub struct ObjectLimit(pub u64);

impl Parameter for ObjectLimit {
    const IN: MetaParamIn = MetaParamIn::Query;

    fn schema() -> MetaSchema {
        // The maximum is exact as a float.
        #[allow(clippy::cast_precision_loss)]
        let maximum = Some(MAX_OBJECTS as f64);
        MetaSchema {
            minimum: Some(1.0),
            maximum,
            default: Some(MAX_OBJECTS.into()),
            example: Some(100.into()),
            ..MetaSchema::new_with_format("integer", "int32")
        }
    }

    fn read(request: &Request, name: &str) -> Result<Self, String> {
        let Some(text) = query_value(request.uri(), name)? else {
            return Ok(Self(MAX_OBJECTS));
        };
        let is_number = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        let limit = is_number.then(|| text.parse().ok()).flatten();
        limit
            .filter(|limit| (1..=MAX_OBJECTS).contains(limit))
            .map(Self)
            .ok_or_else(|| format!("Must be an integer from 1 to {MAX_OBJECTS}."))
    }
}

/// The API key of the catalog that a changeset is made from. It is never logged.
#[derive(Debug, Clone, Copy)]
pub struct SourceApiKey;

impl Parameter for SourceApiKey {
    const IN: MetaParamIn = MetaParamIn::Header;

    fn schema() -> MetaSchema {
        MetaSchema::new("string")
    }

    fn read(request: &Request, name: &str) -> Result<Self, String> {
        header_value(request, name).map(|_| Self)
    }
}

/// How a document is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// As JSON in an envelope.
    Json,
    /// As YAML.
    Yaml,
}

/// The format that is asked for, by the parameter or by `Accept`.
#[derive(Debug, Clone, Copy)]
pub struct WantedFormat(pub Format);

impl Parameter for WantedFormat {
    const IN: MetaParamIn = MetaParamIn::Query;

    fn schema() -> MetaSchema {
        MetaSchema {
            enum_items: vec!["json".into(), "yaml".into()],
            ..MetaSchema::new("string")
        }
    }

    fn read(request: &Request, name: &str) -> Result<Self, String> {
        match query_value(request.uri(), name)?.as_deref() {
            Some("json") => Ok(Self(Format::Json)),
            Some("yaml") => Ok(Self(Format::Yaml)),
            Some(_) => Err("Must be `json` or `yaml`.".to_owned()),
            None => Ok(Self(accepted(request))),
        }
    }
}

/// YAML if the client prefers it to JSON, by RFC 9110 (12.5.1).
fn accepted(request: &Request) -> Format {
    let values = request.headers().get_all(header::ACCEPT).iter();
    let ranges = values
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','));
    let (mut json, mut yaml) = (None, None);
    for range in ranges {
        let mut parts = range.split(';').map(str::trim);
        let essence = parts.next().unwrap_or_default().to_ascii_lowercase();
        let weight = parts.find_map(|part| part.strip_prefix("q="));
        let weight: f32 = weight.map_or(1.0, |weight| weight.parse().unwrap_or(0.0));
        match essence.as_str() {
            "application/yaml" | "application/x-yaml" | "text/yaml" | "text/x-yaml" => {
                yaml = Some(weight.max(yaml.unwrap_or(0.0)));
            }
            "application/json" => json = Some(weight),
            "*/*" | "application/*" => json = json.or(Some(weight)),
            _ => {}
        }
    }
    match yaml.is_some_and(|yaml| yaml > 0.0 && yaml > json.unwrap_or(0.0)) {
        true => Format::Yaml,
        false => Format::Json,
    }
}
