//! The outermost layer: every request and every response passes it once.
//!
//! It assigns the request id, turns every error and panic into a response, and writes the access
//! log.

mod access_log;
pub(in crate::api) mod checks;
mod fast_path;
pub mod guard;
pub mod head;
pub mod panic;
pub(in crate::api) mod path;
mod request_id;
mod served;
pub mod starting;
#[cfg(test)]
mod tests;
mod unread;

use std::pin::{Pin, pin};
use std::sync::Arc;
use std::time::Duration;

use poem::http::uri::Authority;
use poem::http::{HeaderMap, HeaderName, HeaderValue, header};
use poem::{Endpoint, IntoResponse, Request, Response, Result};
use poem_openapi::OperationId;
use tokio::time::error::Elapsed;
use tokio::time::timeout;

use self::access_log::{AccessLog, Caller, shortened};
use self::fast_path::FastResponse;
pub use self::fast_path::fast_path;
use self::guard::{Guards, RequestContext};
use self::head::Head;
use self::request_id::REQUEST_ID;
pub use self::served::{AtOnce, Served};
use super::document::routes::ROUTES;
use super::kit::auth::CallerSlot;
use super::kit::deadline::Patience;
use super::kit::error::{Code, Rejection};
use super::kit::settings::Settings;
use super::protocol::{API_VERSION, VERSION_HEADER, is_api};
use crate::domain::Error;
use crate::observe::Observer;

const VERSION: HeaderName = HeaderName::from_static(VERSION_HEADER);
/// The request headers that responses of the API depend on.
const VARY: &str = "x-api-key, accept-encoding";

/// Maximum length of a failure in the log, in characters.
const MAX_LOGGED_FAILURE: usize = 4096;

/// Wraps the routes of the server.
pub struct Gate<E, S> {
    routes: E,
    fast_path: S,
    /// The public address of the server, if requests come in through another one.
    public_url: Option<String>,
    observer: Arc<Observer>,
    guards: Guards,
}

impl<E, S> Gate<E, S> {
    /// Wraps routes; `fast_path` is asked first.
    pub fn new(routes: E, fast_path: S, settings: &Settings) -> Self {
        Self {
            routes,
            fast_path,
            public_url: settings.public_url.clone(),
            observer: Arc::default(),
            guards: Guards::new(settings),
        }
    }

    /// Reports every request to an observer.
    pub fn observed_by(self, observer: Arc<Observer>) -> Self {
        Self { observer, ..self }
    }

    /// The address that links in responses start with.
    fn base_url(&self, log: &AccessLog) -> String {
        if let Some(url) = &self.public_url {
            return url.clone();
        }
        // In a request with an absolute URI, the host is in the URI and the header does not count.
        let host = log.uri.authority().map(Authority::as_str);
        let sent = log.host.as_ref().filter(|host| checks::is_host(host));
        let host = host.or_else(|| sent.and_then(|host| host.to_str().ok()));
        format!("{}://{}", log.scheme, host.unwrap_or("localhost"))
    }
}

impl<E, S> Endpoint for Gate<E, S>
where
    E: Endpoint,
    S: Send + Sync,
{
    type Output = Response;

    async fn call(&self, mut request: Request) -> Result<Response> {
        let head = Head::from(&request);
        let mut log = AccessLog::of(&head, &self.observer);
        let context = self.guards.context(&head);
        let checked = checks::check(&head);
        self.guards.attach(&context, &mut request);
        let response = match checked {
            Ok(()) => self.answer(request, &mut log, &context).await,
            Err(violations) => self.refuse(&log, Error::from(violations).into()),
        };
        Ok(self.finish(response, log, &context))
    }
}

impl<E, S> AtOnce for Gate<E, S>
where
    E: Send + Sync,
    S: Fn(&Head<'_>) -> Option<FastResponse> + Send + Sync,
{
    fn at_once(&self, head: &Head<'_>) -> Option<Response> {
        let fast = (self.fast_path)(head)?;
        let mut log = AccessLog::of(head, &self.observer);
        let context = self.guards.context(head);
        log.operation = Some(fast.operation);
        let counted = context.count(&fast.key);
        log.caller = Caller::Known(fast.key);
        let response = match counted {
            Ok(()) => fast.response,
            Err(rejection) => self.refuse(&log, rejection),
        };
        Some(self.finish(response, log, &context))
    }
}

impl<E: Endpoint, S> Gate<E, S> {
    async fn answer(
        &self,
        request: Request,
        log: &mut AccessLog,
        context: &RequestContext,
    ) -> Response {
        match self.guards.preflight(&request, context) {
            Some(response) => response,
            None => self.route(request, log, context).await,
        }
    }

    /// Routes a request; an error, a panic or a timeout becomes a response too.
    async fn route(
        &self,
        mut request: Request,
        log: &mut AccessLog,
        context: &RequestContext,
    ) -> Response {
        // The log of changes names the request as the response does.
        request.headers_mut().insert(REQUEST_ID, log.id.clone());
        let slot = CallerSlot::default();
        request.set_data(slot.clone());
        log.caller = Caller::Unknown(slot);
        let patience = Patience::default();
        request.set_data(patience.clone());
        let work = pin!(panic::catch(self.routes.call(request)));
        match in_time(work, context.deadline, &patience).await {
            Ok(Ok(Ok(output))) => {
                let response = output.into_response();
                log.operation = response.data::<OperationId>().copied();
                response
            }
            Ok(Ok(Err(error))) => {
                log.operation = error.data::<OperationId>().copied();
                let rejection = Rejection::from_poem(error);
                self.refuse(log, self.guards.count_wrong_key(context, rejection))
            }
            Ok(Err(told)) => self.refuse(log, Error::internal(told).into()),
            Err(_) => {
                let late = Error::unavailable("the request takes too long");
                self.refuse(log, late.into())
            }
        }
    }
}

/// What comes of work within its deadline, which is extended if it asks for that.
async fn in_time<F: Future>(
    mut work: Pin<&mut F>,
    deadline: Duration,
    patience: &Patience,
) -> Result<F::Output, Elapsed> {
    let done = timeout(deadline, work.as_mut()).await;
    match patience.extension() {
        Some(extension) if done.is_err() => timeout(extension, work).await,
        _ => done,
    }
}

impl<E, S> Gate<E, S> {
    /// Adds the headers of every response and completes the access log.
    fn finish(
        &self,
        mut response: Response,
        mut log: AccessLog,
        context: &RequestContext,
    ) -> Response {
        let headers = response.headers_mut();
        headers.insert(REQUEST_ID, log.id.clone());
        headers.insert(VERSION, HeaderValue::from_static(API_VERSION));
        let is_api = is_api(log.uri.path());
        if is_api {
            keep_private(headers);
        }
        self.guards.finish(context, is_api, headers);
        log.status = Some(response.status());
        response
    }

    fn refuse(&self, log: &AccessLog, rejection: Rejection) -> Response {
        if let Some(failure) = rejection.failure() {
            tracing::error!(
                request_id = log.id(),
                trace_id = log.trace.as_ref().map(tracing::field::display),
                error = %shortened(&Causes(failure).to_string(), MAX_LOGGED_FAILURE),
                "request failed"
            );
        }
        let is_wrong_method = rejection.code() == Code::MethodNotAllowed;
        let rejection = match is_wrong_method {
            true => Rejection::Wire(
                Code::MethodNotAllowed,
                ROUTES.suggestion(&log.method, log.uri.path()),
            ),
            false => rejection,
        };
        let mut response = rejection.answer(&self.base_url(log));
        if is_wrong_method
            && let Ok(methods) = HeaderValue::from_str(ROUTES.methods_at(log.uri.path()))
        {
            response.headers_mut().insert(header::ALLOW, methods);
        }
        response
    }
}

/// Responses are private to the key: shared caches may not store them, and browsers have to
/// revalidate them.
fn keep_private(headers: &mut HeaderMap) {
    headers.insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static("private, no-cache"),
    );
    headers.append(header::VARY, HeaderValue::from_static(VARY));
}

/// An error with its chain of causes.
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
