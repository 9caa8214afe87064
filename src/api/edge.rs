//! The outermost layer: everything that leaves the server passes here once.
//!
//! It names the request, turns every error and panic into the envelope, and writes the one line
//! that the log has of a request.

use std::borrow::Cow;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use poem::http::uri::{Authority, Scheme};
use poem::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, header};
use poem::{Endpoint, IntoResponse, Request, Response, Result};
use poem_openapi::OperationId;
use tracing::Level;
use uuid::Uuid;

use super::auth::CallerSlot;
use super::document;
use super::error::{Code, RETRY_AFTER_SECONDS, Rejection};
use super::guard::{Guards, Visit};
use super::head::{Head, only};
use super::panic;
use super::probes;
use super::protocol;
use super::routes::ROUTES;
use super::server::Answering;
use super::settings::Settings;
use super::shortcut::Shortcut;
use crate::catalog::cache::keys::KnownKey;
use crate::domain::Error;
use crate::domain::id::RequestId;
use crate::domain::redaction::{has_secret, redacted};
use crate::observe::context::TraceContext;
use crate::observe::{Ended, Observer};

/// The version of the wire contract that this server speaks.
pub const API_VERSION: &str = "2026-07-11";

/// The header that names a request.
pub const REQUEST_ID_HEADER: &str = "x-request-id";
/// The header that names the version of the wire contract.
pub const VERSION_HEADER: &str = "commet-version";

const REQUEST_ID: HeaderName = HeaderName::from_static(REQUEST_ID_HEADER);
const TRACE_PARENT: HeaderName = HeaderName::from_static("traceparent");
const VERSION: HeaderName = HeaderName::from_static(VERSION_HEADER);
/// What answers of the API depend on: the key, and how the client takes them compressed.
const VARY: &str = "x-api-key, accept-encoding";

/// Most characters of a client's own request id.
const MAX_REQUEST_ID_LENGTH: usize = 128;
/// Most characters that the log has of a path, and of a method, which clients make up too.
const MAX_LOGGED_PATH: usize = 256;
const MAX_LOGGED_METHOD: usize = 32;
/// Most characters that the log has of a failure.
const MAX_LOGGED_FAILURE: usize = 4096;

/// Wraps the routes of the server.
pub struct Edge<E, S> {
    routes: E,
    shortcut: S,
    /// Where the outside reaches this server, if that is not where the request came in.
    public_url: Option<String>,
    observer: Arc<Observer>,
    guards: Guards,
}

impl<E, S> Edge<E, S> {
    /// Puts the edge around routes, and around the short way past them.
    pub fn new(routes: E, shortcut: S, settings: &Settings) -> Self {
        Self {
            routes,
            shortcut,
            public_url: settings.public_url.clone(),
            observer: Arc::default(),
            guards: Guards::new(settings),
        }
    }

    /// Tells an observer of every request.
    pub fn observed_by(self, observer: Arc<Observer>) -> Self {
        Self { observer, ..self }
    }

    /// The address that links in answers start with.
    fn base_url(&self, trail: &Trail) -> String {
        if let Some(url) = &self.public_url {
            return url.clone();
        }
        // A request for a whole address names its host there, and the header does not count.
        let host = trail.uri.authority().map(Authority::as_str);
        let sent = trail.host.as_ref().filter(|host| protocol::is_host(host));
        let host = host.or_else(|| sent.and_then(|host| host.to_str().ok()));
        format!("{}://{}", trail.scheme, host.unwrap_or("localhost"))
    }
}

/// What the log says of a request, noted before the request is given away. All of it is shared with
/// the request, since mostly nobody asks.
struct Trail {
    id: HeaderValue,
    method: Method,
    uri: Uri,
    scheme: Scheme,
    host: Option<HeaderValue>,
    caller: Caller,
    started: Instant,
    operation: Option<OperationId>,
    /// None while there is no answer: a client that hangs up never gets one.
    status: Option<StatusCode>,
    observer: Arc<Observer>,
    trace: Option<TraceContext>,
}

/// Who made a request.
enum Caller {
    Nobody,
    Known(Arc<KnownKey>),
    /// Who it was is put here when a key is found.
    Unknown(CallerSlot),
}

impl Caller {
    fn key(&self) -> Option<&KnownKey> {
        match self {
            Self::Nobody => None,
            Self::Known(key) => Some(key),
            Self::Unknown(slot) => slot.get().map(Arc::as_ref),
        }
    }
}

impl Trail {
    fn of(head: &Head<'_>, observer: &Arc<Observer>) -> Self {
        Self {
            observer: observer.clone(),
            trace: observer.trace(trace_context(head.headers)),
            id: request_id(head.headers),
            method: head.method.clone(),
            uri: head.uri.clone(),
            scheme: head.scheme.clone(),
            host: head.headers.get(header::HOST).cloned(),
            caller: Caller::Nobody,
            started: head.started,
            operation: None,
            status: None,
        }
    }

    fn id(&self) -> &str {
        self.id.to_str().unwrap_or_default()
    }
}

impl<E, S> Endpoint for Edge<E, S>
where
    E: Endpoint,
    S: Send + Sync,
{
    type Output = Response;

    async fn call(&self, mut request: Request) -> Result<Response> {
        let head = Head::from(&request);
        let mut trail = Trail::of(&head, &self.observer);
        let visit = self.guards.visit(&head);
        let checked = protocol::check(&head);
        self.guards.mark(&visit, &mut request);
        let response = match checked {
            Ok(()) => self.answer(request, &mut trail, &visit).await,
            Err(violations) => self.refuse(&trail, Error::from(violations).into()),
        };
        Ok(self.finish(response, trail, &visit))
    }
}

impl<E, S> Answering for Edge<E, S>
where
    E: Endpoint + 'static,
    S: Fn(&Head<'_>) -> Option<Shortcut> + Send + Sync + 'static,
{
    fn at_once(&self, head: &Head<'_>) -> Option<Response> {
        let shortcut = (self.shortcut)(head)?;
        let mut trail = Trail::of(head, &self.observer);
        let visit = self.guards.visit(head);
        let response = self.arrive(shortcut, &mut trail, &visit);
        Some(self.finish(response, trail, &visit))
    }
}

impl<E: Endpoint, S> Edge<E, S> {
    async fn answer(&self, request: Request, trail: &mut Trail, visit: &Visit) -> Response {
        match self.guards.preflight(&request, visit) {
            Some(response) => response,
            None => self.route(request, trail, visit).await,
        }
    }

    /// The way of all requests, to an answer.
    async fn route(&self, mut request: Request, trail: &mut Trail, visit: &Visit) -> Response {
        let slot = CallerSlot::default();
        request.set_data(slot.clone());
        trail.caller = Caller::Unknown(slot);
        let work = panic::catch(self.routes.call(request));
        match tokio::time::timeout(visit.deadline, work).await {
            Ok(Ok(Ok(output))) => {
                let response = output.into_response();
                trail.operation = response.data::<OperationId>().copied();
                response
            }
            Ok(Ok(Err(error))) => {
                trail.operation = error.data::<OperationId>().copied();
                let rejection = Rejection::from_poem(error);
                self.refuse(trail, self.guards.judge(visit, rejection))
            }
            Ok(Err(told)) => self.refuse(trail, Error::internal(told).into()),
            Err(_) => {
                let late = Error::unavailable("the request takes too long");
                self.refuse(trail, late.into())
            }
        }
    }
}

impl<E, S> Edge<E, S> {
    /// Adds what every answer has.
    fn finish(&self, mut response: Response, mut trail: Trail, visit: &Visit) -> Response {
        let headers = response.headers_mut();
        headers.insert(REQUEST_ID, trail.id.clone());
        headers.insert(VERSION, HeaderValue::from_static(API_VERSION));
        let is_api = document::is_api(trail.uri.path());
        if is_api {
            keep_private(headers);
        }
        self.guards.finish(visit, is_api, headers);
        trail.status = Some(response.status());
        response
    }

    /// The end of the short way, unless its key calls too often.
    fn arrive(&self, shortcut: Shortcut, trail: &mut Trail, visit: &Visit) -> Response {
        let Shortcut {
            outcome,
            operation,
            key,
        } = shortcut;
        trail.operation = Some(operation);
        let counted = visit.count(&key);
        trail.caller = Caller::Known(key);
        match counted.and(outcome) {
            Ok(response) => response,
            Err(rejection) => self.refuse(trail, rejection),
        }
    }

    fn refuse(&self, trail: &Trail, rejection: Rejection) -> Response {
        if let Some(failure) = rejection.failure() {
            tracing::error!(
                request_id = trail.id(),
                trace_id = trail.trace.as_ref().map(tracing::field::display),
                error = %shortened(&Causes(failure).to_string(), MAX_LOGGED_FAILURE),
                "request failed"
            );
        }
        let is_wrong_method = rejection.code() == Code::MethodNotAllowed;
        let rejection = match is_wrong_method {
            true => Rejection::Wire(
                Code::MethodNotAllowed,
                ROUTES.meant(&trail.method, trail.uri.path()),
            ),
            false => rejection,
        };
        let mut response = rejection.answer(&self.base_url(trail));
        if is_wrong_method
            && let Ok(methods) = HeaderValue::from_str(ROUTES.methods_at(trail.uri.path()))
        {
            response.headers_mut().insert(header::ALLOW, methods);
        }
        response
    }
}

/// Logs the request. A macro, because tracing needs the level as a constant.
macro_rules! log_at {
    ($level:expr, $trail:expr, $took:expr) => {{
        let (trail, took): (&Trail, Duration) = ($trail, $took);
        let caller = trail.caller.key().map(KnownKey::caller);
        tracing::event!(
            $level,
            request_id = trail.id(),
            trace_id = trail.trace.as_ref().map(tracing::field::display),
            method = %shortened(trail.method.as_str(), MAX_LOGGED_METHOD),
            path = &*shortened(&redacted(trail.uri.path()), MAX_LOGGED_PATH),
            operation = trail.operation.map_or("-", |id| id.0),
            status = trail.status.map_or(0, |status| status.as_u16()),
            duration_us = u64::try_from(took.as_micros()).unwrap_or(u64::MAX),
            organization = caller.map_or("-", |caller| caller.scope.organization_id.as_str()),
            key = caller.map_or("-", |caller| caller.api_key_id.as_str()),
            "{}",
            if trail.status.is_some() { "request" } else { "request without an answer" },
        );
    }};
}

/// The one line that the log has of a request, also when the client hangs up before the answer.
impl Drop for Trail {
    fn drop(&mut self) {
        if !tracing::enabled!(Level::INFO) && !self.observer.is_watching() {
            return;
        }
        let took = self.started.elapsed();
        // Probes come every few seconds and would drown the log.
        if probes::PATHS.contains(&self.uri.path()) {
            log_at!(Level::DEBUG, self, took);
        } else {
            log_at!(Level::INFO, self, took);
        }
        let ended = Ended {
            operation: self.operation.map(|id| id.0),
            is_api: document::is_api(self.uri.path()),
            method: self.method.as_str(),
            status: self.status.map_or(0, |status| status.as_u16()),
            took,
        };
        self.observer.ended(&ended, self.trace);
    }
}

/// What a key opens is nobody else's: caches between may not keep it, and a browser's own has to
/// ask whether it is current.
fn keep_private(headers: &mut HeaderMap) {
    headers.insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static("private, no-cache"),
    );
    headers.insert(header::VARY, HeaderValue::from_static(VARY));
}

/// The trace that the client says the request belongs to; of two, neither counts.
fn trace_context(headers: &HeaderMap) -> Option<TraceContext> {
    TraceContext::parse(only(headers, TRACE_PARENT)?.as_bytes())
}

/// The client's own id if it is a fit one, else a new one. One with a key in it is none: ids are
/// logged and handed on.
fn request_id(headers: &HeaderMap) -> HeaderValue {
    let is_fit = |id: &&HeaderValue| {
        (1..=MAX_REQUEST_ID_LENGTH).contains(&id.len())
            && id.as_bytes().iter().all(u8::is_ascii_graphic)
            && id.to_str().is_ok_and(|id| !has_secret(id))
    };
    let sent = headers.get(REQUEST_ID).filter(is_fit).cloned();
    sent.unwrap_or_else(|| {
        let id = new_request_id().to_string();
        // An id consists of what headers may have.
        HeaderValue::from_maybe_shared(Bytes::from(id)).unwrap_or(HeaderValue::from_static("-"))
    })
}

/// An id that no other request has: the time, what this process drew by lot when it started, and a
/// count. To draw lots for every request would cost more than the rest of the id.
fn new_request_id() -> RequestId {
    static LOT: LazyLock<[u8; 4]> = LazyLock::new(|| {
        let [a, b, c, d, ..] = Uuid::new_v4().into_bytes();
        [a, b, c, d]
    });
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH);
    let millis = since_epoch.unwrap_or_default().as_millis();
    let mut rest = [0; 10];
    rest[..4].copy_from_slice(&*LOT);
    let count = COUNT.fetch_add(1, Ordering::Relaxed).to_be_bytes();
    rest[4..].copy_from_slice(&count[2..]);
    let millis = u64::try_from(millis).unwrap_or(u64::MAX);
    RequestId::from_uuid(uuid::Builder::from_unix_timestamp_millis(millis, &rest).into_uuid())
}

/// The beginning of a text, with `…` for the rest: at most `longest` characters in all.
fn shortened(text: &str, longest: usize) -> Cow<'_, str> {
    match text.char_indices().nth(longest) {
        None => text.into(),
        Some(_) => text.chars().take(longest - 1).chain(['…']).collect(),
    }
}

/// The whole answer, head included, to a request that could not be read as HTTP.
pub fn unreadable(status: StatusCode) -> Vec<u8> {
    let id = new_request_id();
    tracing::info!(
        request_id = id.as_str(),
        status = status.as_u16(),
        "request that is not HTTP"
    );
    last_words(status, &id, "", &Rejection::unreadable_body())
}

/// The whole answer, head included, to a connection too many. Nobody has asked anything on it.
pub fn full() -> Vec<u8> {
    let id = new_request_id();
    let later = format!("retry-after: {RETRY_AFTER_SECONDS}\r\n");
    let status = StatusCode::SERVICE_UNAVAILABLE;
    last_words(status, &id, &later, &Rejection::full_body())
}

fn last_words(status: StatusCode, id: &RequestId, header: &str, body: &str) -> Vec<u8> {
    let reason = status.canonical_reason().unwrap_or_default();
    let length = body.len();
    format!(
        "HTTP/1.1 {} {reason}\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\
         connection: close\r\n{header}{REQUEST_ID_HEADER}: {id}\r\n\
         {VERSION_HEADER}: {API_VERSION}\r\n\r\n{body}",
        status.as_str()
    )
    .into_bytes()
}

/// An error with everything that caused it.
struct Causes<'a>(&'a (dyn std::error::Error + Send + Sync));

impl std::fmt::Display for Causes<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.0)?;
        let mut cause = self.0.source();
        while let Some(next) = cause {
            write!(f, ": {next}")?;
            cause = next.source();
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::sync::{Mutex, PoisonError};

    use poem::endpoint::make;
    use serde_json::Value;
    use tracing::subscriber::set_default;

    use super::*;
    use crate::domain::api_key::Secret;

    /// What was logged, for a subscriber to write to and a test to read.
    #[derive(Clone, Default)]
    struct Log(Arc<Mutex<Vec<u8>>>);

    impl Log {
        fn text(&self) -> String {
            let bytes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            String::from_utf8(bytes.clone()).unwrap()
        }
    }

    impl Write for Log {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    /// Sends a request to an endpoint behind the edge; answers the answer and the log.
    async fn call(endpoint: impl Endpoint, path: &str) -> (Response, String) {
        let log = Log::default();
        let writer = log.clone();
        let subscriber = tracing_subscriber::fmt()
            .with_ansi(false)
            .with_writer(move || writer.clone())
            .finish();
        let _logging = set_default(subscriber);
        let settings = Settings {
            public_url: Some("http://prices".to_owned()),
            ..Settings::default()
        };
        let edge = Edge::new(endpoint, (), &settings);
        let request = Request::builder()
            .uri_str(path)
            .header(REQUEST_ID_HEADER, "the-request")
            .header("host", "prices")
            .finish();
        let response = edge.call(request).await.unwrap();
        (response, log.text())
    }

    async fn check_failure(endpoint: impl Endpoint, cause: &str) {
        let (mut response, log) = call(endpoint, "/anything").await;
        assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
        assert_eq!(response.headers()[REQUEST_ID_HEADER], "the-request");
        assert_eq!(response.headers()[VERSION_HEADER], API_VERSION);
        let text = response.take_body().into_string().await.unwrap();
        assert!(!text.contains(cause), "the client learns the cause: {text}");
        let body: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(body["success"], false);
        assert_eq!(body["error"]["code"], "internal_error");
        assert_eq!(
            body["error"]["doc_url"],
            "http://prices/docs/errors/internal_error"
        );
        let about = |word: &str| log.lines().filter(|line| line.contains(word)).count();
        assert_eq!(about(cause), 1, "{log}");
        assert_eq!(about(" ERROR "), 1, "{log}");
        assert_eq!(about("status=500"), 1, "{log}");
        assert!(
            log.lines().all(|line| line.contains("the-request")),
            "{log}"
        );
    }

    #[tokio::test]
    async fn a_panic_is_told_to_the_log_once_and_to_the_client_never() {
        check_failure(
            make(|_| async { panic!("a bare secret") as &str }),
            "a bare secret",
        )
        .await;
        let filled_in = 7;
        check_failure(
            make(move |_| async move { panic!("secret {filled_in}") as &str }),
            "secret 7",
        )
        .await;
    }

    #[tokio::test]
    async fn a_failure_is_told_to_the_log_once_and_to_the_client_never() {
        let failing = |_| async { Err::<&str, _>(Rejection::from(Error::internal("the cause"))) };
        check_failure(make(failing), "the cause").await;
        let unknown = |_| async {
            Err::<&str, _>(poem::Error::from_string(
                "the cause",
                StatusCode::BAD_GATEWAY,
            ))
        };
        check_failure(make(unknown), "the cause").await;
    }

    #[tokio::test]
    async fn a_key_that_stands_in_a_path_is_not_logged() {
        for start in Secret::STARTS {
            let path = format!("/api/v1/api-keys/{start}0123456789/x?key={start}0123456789");
            let (_, log) = call(make(|_| async { "" }), &path).await;
            let expected = format!("path=\"/api/v1/api-keys/{start}…/x\"");
            assert!(log.contains(&expected), "{log}");
            assert!(!log.contains("0123456789"), "{log}");
        }
    }
}
