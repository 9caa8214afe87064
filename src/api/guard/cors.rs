//! Which pages of other origins browsers let call the API: none but those in the settings.

use poem::Response;
use poem::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};

use super::super::document::BASE_PATH;

/// What pages may send beside what they may send anyway.
const SENT: &str =
    "x-api-key, content-type, idempotency-key, if-none-match, commet-version, x-request-id";
/// What pages may read beside what they may read anyway.
const READ: &str = "etag, x-request-id, retry-after, ratelimit, ratelimit-policy, commet-version, \
    idempotency-replayed, allow";
const METHODS: &str = "GET, HEAD, POST, PUT, DELETE";
/// Seconds for which a browser need not ask again.
const MAX_AGE: &str = "600";

/// An origin as browsers write it: scheme, host, and the port where it is not the usual one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin(HeaderValue);

impl Origin {
    /// Reads an origin; `None` for what is none, such as an address with a path.
    pub fn parse(text: &str) -> Option<Self> {
        let host = text
            .strip_prefix("https://")
            .or_else(|| text.strip_prefix("http://"))?;
        let fits = |c: char| {
            c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '-' | ':' | '[' | ']')
        };
        let is_host = !host.is_empty() && !host.starts_with(':') && host.chars().all(fits);
        is_host.then(|| HeaderValue::from_str(text).ok().map(Self))?
    }
}

/// The origins whose pages may call.
#[derive(Debug)]
pub struct Cors(Vec<Origin>);

impl Cors {
    /// `None` where there are no origins.
    pub fn new(origins: &[Origin]) -> Option<Self> {
        (!origins.is_empty()).then(|| Self(origins.to_vec()))
    }

    fn allowed<'a>(&self, origin: Option<&'a HeaderValue>) -> Option<&'a HeaderValue> {
        origin.filter(|origin| self.0.iter().any(|known| known.0 == *origin))
    }

    /// The answer to a browser that asks first, where the page may call.
    pub fn preflight(
        &self,
        method: &Method,
        uri: &Uri,
        origin: Option<&HeaderValue>,
    ) -> Option<Response> {
        if *method != Method::OPTIONS || !uri.path().starts_with(BASE_PATH) {
            return None;
        }
        self.allowed(origin)?;
        let answer = Response::builder()
            .status(StatusCode::NO_CONTENT)
            .header(header::ACCESS_CONTROL_ALLOW_METHODS, METHODS)
            .header(header::ACCESS_CONTROL_ALLOW_HEADERS, SENT)
            .header(header::ACCESS_CONTROL_MAX_AGE, MAX_AGE);
        Some(answer.finish())
    }

    /// Adds to an answer which page may read it. Caches have to keep it apart from that to another
    /// one, so this is said to every page.
    pub fn allow(&self, origin: Option<&HeaderValue>, headers: &mut HeaderMap) {
        headers.append(header::VARY, HeaderValue::from_static("origin"));
        let Some(origin) = self.allowed(origin) else {
            return;
        };
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
        headers.insert(
            header::ACCESS_CONTROL_EXPOSE_HEADERS,
            HeaderValue::from_static(READ),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_a_scheme_and_a_host() {
        for good in [
            "https://shop.example.com",
            "http://localhost:3000",
            "http://[::1]:3000",
        ] {
            assert!(Origin::parse(good).is_some(), "{good}");
        }
        for wrong in [
            "",
            "*",
            "null",
            "shop.example.com",
            "https://",
            "https://:1",
            "https://shop.example.com/",
            "https://Shop.example.com",
            "ftp://shop.example.com",
            "https://a,https://b",
        ] {
            assert!(Origin::parse(wrong).is_none(), "{wrong}");
        }
    }
}
