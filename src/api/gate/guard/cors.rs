//! Which pages of other origins browsers let call the API: those in the settings. Pages of any
//! origin may read the document, and what a publishable key is shown, which is for everybody.

use poem::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use poem::{Request, Response};

use crate::api::document::DOCUMENT_PATHS;
use crate::api::document::routes::ROUTES;
use crate::api::gate::head::Head;
use crate::api::kit::auth::only_secret;
use crate::api::kit::origin::Origin;
use crate::api::protocol::is_api;
use crate::domain::api_key::Secret;

/// What pages may send beside what they may send anyway.
const SENT: &str = "x-api-key, content-type, idempotency-key, if-match, if-none-match, \
    commet-version, change-note, x-request-id, traceparent, tracestate";
/// What pages may read beside what they may read anyway.
const READ: &str = "etag, x-request-id, retry-after, ratelimit, ratelimit-policy, commet-version, \
    idempotency-replayed, allow, accept-encoding";
const METHODS: &str = "GET, HEAD, POST, PUT, PATCH, DELETE";
const READING: &str = "GET, HEAD";
/// What publishable keys are for.
const PUBLIC_OPERATIONS: &[&str] = &["list-plans", "get-plan", "list-currencies"];
const ANY_ORIGIN: HeaderValue = HeaderValue::from_static("*");
/// Seconds for which a browser need not ask again.
const MAX_AGE: &str = "600";

fn is_read(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD)
}

/// Whether pages of any origin may read the answer: of the document, and to a publishable key. The
/// key alone tells, so that a page can also read why it is refused.
pub fn is_open(head: &Head<'_>) -> bool {
    let is_publishable = || only_secret(head.headers).is_some_and(Secret::is_of_publishable);
    is_read(head.method) && (is_document(head.uri.path()) || is_publishable())
}

fn is_document(path: &str) -> bool {
    DOCUMENT_PATHS.contains(&path)
}

/// The answer to a browser that asks, for a page of any origin, whether it may read what is for
/// everybody. It does not say which key the page will send; without the right one, the page cannot
/// read the answer.
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

/// Adds to an answer that pages of any origin may read it, unless it says of one that it may.
pub fn allow_any(headers: &mut HeaderMap) {
    headers
        .entry(header::ACCESS_CONTROL_ALLOW_ORIGIN)
        .or_insert(ANY_ORIGIN);
    headers.insert(
        header::ACCESS_CONTROL_EXPOSE_HEADERS,
        HeaderValue::from_static(READ),
    );
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
        origin.filter(|origin| self.0.iter().any(|known| known == *origin))
    }

    /// The answer to a browser that asks first, where the page may call.
    pub fn preflight(&self, request: &Request, origin: Option<&HeaderValue>) -> Option<Response> {
        if !is_api(request.uri().path()) {
            return None;
        }
        self.allowed(origin)?;
        Some(permission(METHODS))
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
