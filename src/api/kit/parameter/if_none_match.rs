//! `If-None-Match`: RFC 9110 (13.1.2).

use poem::Request;
use poem::http::{HeaderMap, HeaderValue};
use poem_openapi::registry::{MetaParamIn, MetaSchema};

use super::param::{Param, Parameter};
use crate::api::kit::coding;
use crate::cache::ready::Coding;

/// The header with the entity tags that the client has.
pub const IF_NONE_MATCH: &str = "If-None-Match";

/// The entity tags that the client has, and the content coding that it prefers, from
/// `Accept-Encoding`. Clients set the latter by themselves, so the document does not name it.
#[derive(Debug, Clone)]
pub struct IfNoneMatch {
    tags: Vec<HeaderValue>,
    coding: Option<Coding>,
}

impl Parameter for IfNoneMatch {
    const IN: MetaParamIn = MetaParamIn::Header;

    fn schema() -> MetaSchema {
        // It has no example, since the documentation page would send it.
        MetaSchema::new("string")
    }

    /// An invalid header is ignored, and the response has its body.
    fn read(request: &Request, name: &str) -> Result<Self, String> {
        Ok(Self {
            tags: request.headers().get_all(name).iter().cloned().collect(),
            coding: coding::preferred(request.headers()),
        })
    }
}

/// Whether the client has the version with this tag.
pub fn has_version(headers: &HeaderMap, etag: &[u8]) -> bool {
    any_names(headers.get_all(IF_NONE_MATCH).iter(), etag)
}

/// Whether one of the values is this tag, by weak comparison, as RFC 9110 (13.1.2) requires for
/// this header.
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

    /// The content coding that the client prefers.
    pub fn coding(&self) -> Option<Coding> {
        self.0.as_ref().ok().and_then(|wanted| wanted.coding)
    }
}
