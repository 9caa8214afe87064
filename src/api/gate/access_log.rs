//! The access log, and the report of each request to the observer.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::{Duration, Instant};

use opentelemetry::trace::SpanContext;
use poem::http::uri::Scheme;
use poem::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, header};
use poem_openapi::OperationId;
use tracing::Level;

use super::head::Head;
use super::request_id::request_id;
use crate::api::kit::auth::CallerSlot;
use crate::api::kit::headers::only;
use crate::api::pages::probes;
use crate::api::protocol::is_api;
use crate::cache::keys::KnownKey;
use crate::domain::redaction::redacted;
use crate::observe::Observer;
use crate::observe::context::{self, RequestTrace};
use crate::observe::ended::Ended;

const TRACE_PARENT: HeaderName = HeaderName::from_static("traceparent");

/// Maximum length of a path in the log, in characters.
const MAX_LOGGED_PATH: usize = 256;
/// Maximum length of a method in the log, in characters: clients can send any.
const MAX_LOGGED_METHOD: usize = 32;

/// The entry of one request, written when it is dropped. Its fields are taken before the request is
/// consumed, and share memory with it.
pub(super) struct AccessLog {
    pub(super) id: HeaderValue,
    pub(super) method: Method,
    pub(super) uri: Uri,
    pub(super) scheme: Scheme,
    pub(super) host: Option<HeaderValue>,
    pub(super) caller: Caller,
    pub(super) started: Instant,
    pub(super) operation: Option<OperationId>,
    /// `None` until there is a response: a client that hangs up never gets one.
    pub(super) status: Option<StatusCode>,
    pub(super) observer: Arc<Observer>,
    pub(super) trace: Option<RequestTrace>,
}

/// Who made a request.
pub(super) enum Caller {
    Nobody,
    Known(Arc<KnownKey>),
    /// The slot is filled when the key is found.
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

impl AccessLog {
    pub(super) fn of(head: &Head<'_>, observer: &Arc<Observer>) -> Self {
        Self {
            observer: observer.clone(),
            trace: observer.trace(caller_context(head.headers)),
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

    pub(super) fn id(&self) -> &str {
        self.id.to_str().unwrap_or_default()
    }
}

/// Logs the request. This is a macro, because tracing needs the level as a constant.
macro_rules! log_at {
    ($level:expr, $log:expr, $took:expr) => {{
        let (log, took): (&AccessLog, Duration) = ($log, $took);
        let caller = log.caller.key().map(KnownKey::caller);
        tracing::event!(
            $level,
            request_id = log.id(),
            trace_id = log.trace.as_ref().map(tracing::field::display),
            method = %shortened(log.method.as_str(), MAX_LOGGED_METHOD),
            path = &*shortened(&redacted(log.uri.path()), MAX_LOGGED_PATH),
            operation = log.operation.map_or("-", |id| id.0),
            status = log.status.map_or(0, |status| status.as_u16()),
            duration_us = u64::try_from(took.as_micros()).unwrap_or(u64::MAX),
            organization = caller.map_or("-", |caller| caller.scope.organization_id.as_str()),
            key = caller.map_or("-", |caller| caller.api_key_id.as_str()),
            "{}",
            if log.status.is_some() { "request" } else { "request without an answer" },
        );
    }};
}

/// Writes the entry, also when the client hangs up before the response.
impl Drop for AccessLog {
    fn drop(&mut self) {
        if !tracing::enabled!(Level::INFO) && !self.observer.is_watching() {
            return;
        }
        let took = self.started.elapsed();
        // Probes come every few seconds and would fill the log.
        if probes::PATHS.contains(&self.uri.path()) {
            log_at!(Level::DEBUG, self, took);
        } else {
            log_at!(Level::INFO, self, took);
        }
        let ended = Ended {
            operation: self.operation.map(|id| id.0),
            is_api: is_api(self.uri.path()),
            method: self.method.as_str(),
            status: self.status.map_or(0, |status| status.as_u16()),
            took,
        };
        self.observer.ended(&ended, self.trace.take());
    }
}

/// The trace that the client says the request belongs to; of two, neither counts.
fn caller_context(headers: &HeaderMap) -> Option<SpanContext> {
    context::parse(only(headers, TRACE_PARENT)?.as_bytes())
}

/// A text cut to `longest` characters, with `…` for the rest.
pub(super) fn shortened(text: &str, longest: usize) -> Cow<'_, str> {
    match text.char_indices().nth(longest) {
        None => text.into(),
        Some(_) => text.chars().take(longest - 1).chain(['…']).collect(),
    }
}
