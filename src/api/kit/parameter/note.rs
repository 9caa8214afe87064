//! `Change-Note`.

use percent_encoding::percent_decode;
use poem::Request;
use poem_openapi::registry::{MetaParamIn, MetaSchema};

use super::param::{Parameter, header_value};
pub use crate::api::protocol::CHANGE_NOTE;
use crate::domain::change::Note;

/// Why a change is made: percent-encoded UTF-8.
#[derive(Debug, Clone)]
pub struct ChangeNote(pub Option<Note>);

impl Parameter for ChangeNote {
    const IN: MetaParamIn = MetaParamIn::Header;

    fn schema() -> MetaSchema {
        // It has no example, since the documentation page would send it.
        MetaSchema {
            min_length: Some(1),
            ..MetaSchema::new("string")
        }
    }

    fn read(request: &Request, name: &str) -> Result<Self, String> {
        let Some(value) = header_value(request, name)? else {
            return Ok(Self(None));
        };
        let decoded = percent_decode(value.as_bytes()).decode_utf8();
        let decoded = decoded.map_err(|_| "Must be percent-encoded UTF-8.".to_owned())?;
        Note::parse(&decoded).map(Some).map(Self)
    }
}
