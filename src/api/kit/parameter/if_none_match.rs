//! `If-None-Match`: RFC 9110 (13.1.2).

use poem::Request;
use poem::http::{HeaderMap, HeaderValue};
use poem_openapi::registry::{MetaParamIn, MetaSchema};

use super::param::{Param, Parameter};
use crate::api::kit::coding;
use crate::cache::ready::Coding;

/// The header with the tags of what the client has.
pub const IF_NONE_MATCH: &str = "If-None-Match";

/// What the client has already, from `If-None-Match`, and how it takes what it has not, from
/// `Accept-Encoding`. No tool asks for the latter, so the document does not name it.
#[derive(Debug, Clone)]
pub struct IfNoneMatch {
    tags: Vec<HeaderValue>,
    coding: Option<Coding>,
}

impl Parameter for IfNoneMatch {
    const IN: MetaParamIn = MetaParamIn::Header;

    fn schema() -> MetaSchema {
        // Without an example, which the documentation would send along.
        MetaSchema::new("string")
    }

    /// A header that cannot be read is as good as none: the answer is then a whole one.
    fn read(request: &Request, name: &str) -> Result<Self, String> {
        Ok(Self {
            tags: request.headers().get_all(name).iter().cloned().collect(),
            coding: coding::preferred(request.headers()),
        })
    }
}

/// Whether a request says that the client has the version with this tag.
pub fn has_version(headers: &HeaderMap, etag: &[u8]) -> bool {
    any_names(headers.get_all(IF_NONE_MATCH).iter(), etag)
}

/// Whether one of the values names this tag. Weak tags are compared by what is in the quotes, as
/// RFC 9110 (13.1.2) wants it for this header.
fn any_names<'a>(values: impl Iterator<Item = &'a HeaderValue>, etag: &[u8]) -> bool {
    values
        .filter_map(|value| value.to_str().ok())
        .flat_map(|tags| tags.split(','))
        .map(str::trim)
        .any(|tag| tag == "*" || tag.strip_prefix("W/").unwrap_or(tag).as_bytes() == etag)
}

impl Param<IfNoneMatch> {
    /// Whether the client has the version with this tag.
    pub fn has(&self, etag: &[u8]) -> bool {
        let Ok(IfNoneMatch { tags, coding: _ }) = &self.0 else {
            return false;
        };
        any_names(tags.iter(), etag)
    }

    /// How the client wants the answer compressed.
    pub fn coding(&self) -> Option<Coding> {
        self.0.as_ref().ok().and_then(|wanted| wanted.coding)
    }
}
