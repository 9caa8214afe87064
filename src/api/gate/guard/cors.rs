//! CORS: which pages of other origins may call the API. Those in the settings may call everything;
//! pages of any origin may read the document, and the public data that publishable keys read.

use poem::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use poem::{Request, Response};

use crate::api::document::DOCUMENT_PATHS;
use crate::api::document::routes::ROUTES;
use crate::api::gate::head::Head;
use crate::api::kit::auth::only_secret;
use crate::api::kit::origin::Origin;
use crate::api::protocol::is_api;
use crate::domain::api_key::Secret;

/// Request headers that pages may send.
const SENT: &str = "x-api-key, content-type, idempotency-key, if-match, if-none-match, \
    commet-version, change-note, x-request-id, traceparent, tracestate";
/// Response headers that pages may read.
const READ: &str = "etag, x-request-id, retry-after, ratelimit, ratelimit-policy, commet-version, \
    idempotency-replayed, catalog-revision, allow, accept-encoding";
const METHODS: &str = "GET, HEAD, POST, PUT, PATCH, DELETE";
const READING: &str = "GET, HEAD";
/// Operations that publishable keys may call.
const PUBLIC_OPERATIONS: &[&str] = &["list-plans", "get-plan", "list-currencies"];
const ANY_ORIGIN: HeaderValue = HeaderValue::from_static("*");
/// Seconds for which browsers cache a preflight response.
const MAX_AGE: &str = "600";

fn is_read(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD)
}

/// Whether pages of any origin may read the response: the document, and any response to a
/// publishable key, also a refusal, so that a page can read the reason.
pub fn is_open(head: &Head<'_>) -> bool {
    let is_publishable = || only_secret(head.headers).is_some_and(Secret::is_of_publishable);
    is_read(head.method) && (is_document(head.uri.path()) || is_publishable())
}

fn is_document(path: &str) -> bool {
    DOCUMENT_PATHS.contains(&path)
}

/// The response to a preflight request for public data, from any origin. A preflight does not name
/// the key; without a publishable key the page cannot read the actual response.
pub fn open_preflight(request: &Request) -> Option<Response> {
    let headers = request.headers();
    let asked = headers.get(header::ACCESS_CONTROL_REQUEST_METHOD)?;
    let asked = Method::from_bytes(asked.as_bytes()).ok()?;
    let path = request.uri().path();
    let operation = ROUTES.operation(&asked, path);
    let is_public = operation.is_some_and(|id| PUBLIC_OPERATIONS.contains(&id.0));
    if !headers.contains_key(header::ORIGIN)
        || !is_read(&asked)
        || !(is_public || is_document(path))
    {
        return None;
    }
    let mut answer = permission(READING);
    allow_any(answer.headers_mut());
    Some(answer)
}

fn permission(methods: &'static str) -> Response {
    Response::builder()
        .status(StatusCode::NO_CONTENT)
        .header(header::ACCESS_CONTROL_ALLOW_METHODS, methods)
        .header(header::ACCESS_CONTROL_ALLOW_HEADERS, SENT)
        .header(header::ACCESS_CONTROL_MAX_AGE, MAX_AGE)
        .finish()
}

/// Lets pages of any origin read a response, unless an origin is named already.
pub fn allow_any(headers: &mut HeaderMap) {
    headers
        .entry(header::ACCESS_CONTROL_ALLOW_ORIGIN)
        .or_insert(ANY_ORIGIN);
    headers.insert(
        header::ACCESS_CONTROL_EXPOSE_HEADERS,
        HeaderValue::from_static(READ),
    );
}

/// The origins whose pages may call the API.
#[derive(Debug)]
pub struct Cors(Vec<Origin>);

impl Cors {
    /// `None` without origins.
    pub fn new(origins: &[Origin]) -> Option<Self> {
        (!origins.is_empty()).then(|| Self(origins.to_vec()))
    }

    fn allowed<'a>(&self, origin: Option<&'a HeaderValue>) -> Option<&'a HeaderValue> {
        origin.filter(|origin| self.0.iter().any(|known| known == *origin))
    }

    /// The response to a preflight request of an allowed origin.
    pub fn preflight(&self, request: &Request, origin: Option<&HeaderValue>) -> Option<Response> {
        if !is_api(request.uri().path()) {
            return None;
        }
        self.allowed(origin)?;
        Some(permission(METHODS))
    }

    /// Lets the origin read the response, if it is allowed. `Vary` is sent to every origin, so that
    /// caches keep the responses apart.
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
