//! The outermost layer: everything that leaves the server passes here once.
//!
//! It names the request, turns every error and panic into the envelope, and writes the one line
//! that the log has of a request.

mod access_log;
pub(in crate::api) mod checks;
mod fast_path;
pub mod guard;
pub mod head;
pub mod panic;
pub(in crate::api) mod path;
mod request_id;
mod served;
mod starting;
mod unread;

use std::sync::Arc;

use poem::http::uri::Authority;
use poem::http::{HeaderMap, HeaderName, HeaderValue, header};
use poem::{Endpoint, IntoResponse, Request, Response, Result};
use poem_openapi::OperationId;

use self::access_log::{AccessLog, Caller, shortened};
use self::fast_path::FastResponse;
pub use self::fast_path::fast_path;
use self::guard::{Guards, Visit};
use self::head::Head;
use self::request_id::REQUEST_ID;
pub use self::served::{AtOnce, Served};
pub use self::starting::{Starting, starting};
use super::document::routes::ROUTES;
use super::kit::auth::CallerSlot;
use super::kit::error::{Code, Rejection};
use super::kit::settings::Settings;
use super::protocol::{API_VERSION, VERSION_HEADER, is_api};
use crate::domain::Error;
use crate::observe::Observer;

const VERSION: HeaderName = HeaderName::from_static(VERSION_HEADER);
/// What answers of the API depend on: the key, and how the client takes them compressed.
const VARY: &str = "x-api-key, accept-encoding";

/// Maximum number of characters of a failure in the log.
const MAX_LOGGED_FAILURE: usize = 4096;

/// Wraps the routes of the server.
pub struct Gate<E, S> {
    routes: E,
    fast_path: S,
    /// Where the outside reaches this server, if that is not where the request came in.
    public_url: Option<String>,
    observer: Arc<Observer>,
    guards: Guards,
}

impl<E, S> Gate<E, S> {
    /// Puts the gate around routes; `fast_path` answers what it can before them.
    pub fn new(routes: E, fast_path: S, settings: &Settings) -> Self {
        Self {
            routes,
            fast_path,
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
    fn base_url(&self, log: &AccessLog) -> String {
        if let Some(url) = &self.public_url {
            return url.clone();
        }
        // A request for a whole address names its host there, and the header does not count.
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
        let visit = self.guards.visit(&head);
        let checked = checks::check(&head);
        self.guards.mark(&visit, &mut request);
        let response = match checked {
            Ok(()) => self.answer(request, &mut log, &visit).await,
            Err(violations) => self.refuse(&log, Error::from(violations).into()),
        };
        Ok(self.finish(response, log, &visit))
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
        let visit = self.guards.visit(head);
        log.operation = Some(fast.operation);
        let counted = visit.count(&fast.key);
        log.caller = Caller::Known(fast.key);
        let response = match counted {
            Ok(()) => fast.response,
            Err(rejection) => self.refuse(&log, rejection),
        };
        Some(self.finish(response, log, &visit))
    }
}

impl<E: Endpoint, S> Gate<E, S> {
    async fn answer(&self, request: Request, log: &mut AccessLog, visit: &Visit) -> Response {
        match self.guards.preflight(&request, visit) {
            Some(response) => response,
            None => self.route(request, log, visit).await,
        }
    }

    /// Routes a request, and makes a response of whatever becomes of it.
    async fn route(&self, mut request: Request, log: &mut AccessLog, visit: &Visit) -> Response {
        let slot = CallerSlot::default();
        request.set_data(slot.clone());
        log.caller = Caller::Unknown(slot);
        let work = panic::catch(self.routes.call(request));
        match tokio::time::timeout(visit.deadline, work).await {
            Ok(Ok(Ok(output))) => {
                let response = output.into_response();
                log.operation = response.data::<OperationId>().copied();
                response
            }
            Ok(Ok(Err(error))) => {
                log.operation = error.data::<OperationId>().copied();
                let rejection = Rejection::from_poem(error);
                self.refuse(log, self.guards.judge(visit, rejection))
            }
            Ok(Err(told)) => self.refuse(log, Error::internal(told).into()),
            Err(_) => {
                let late = Error::unavailable("the request takes too long");
                self.refuse(log, late.into())
            }
        }
    }
}

impl<E, S> Gate<E, S> {
    /// Adds what every answer has.
    fn finish(&self, mut response: Response, mut log: AccessLog, visit: &Visit) -> Response {
        let headers = response.headers_mut();
        headers.insert(REQUEST_ID, log.id.clone());
        headers.insert(VERSION, HeaderValue::from_static(API_VERSION));
        let is_api = is_api(log.uri.path());
        if is_api {
            keep_private(headers);
        }
        self.guards.finish(visit, is_api, headers);
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
                ROUTES.meant(&log.method, log.uri.path()),
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

/// What a key opens is nobody else's: caches between may not keep it, and a browser's own has to
/// ask whether it is current.
fn keep_private(headers: &mut HeaderMap) {
    headers.insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static("private, no-cache"),
    );
    headers.insert(header::VARY, HeaderValue::from_static(VARY));
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
    use poem::http::StatusCode;
    use serde_json::Value;
    use tracing::subscriber::set_default;

    use super::*;
    use crate::api::protocol::REQUEST_ID_HEADER;
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

    /// Sends a request to an endpoint behind the gate; answers the answer and the log.
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
        let gate = Gate::new(endpoint, (), &settings);
        let request = Request::builder()
            .uri_str(path)
            .header(REQUEST_ID_HEADER, "the-request")
            .header("host", "prices")
            .finish();
        let response = gate.call(request).await.unwrap();
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
    async fn panic_is_logged_once_and_not_shown() {
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
    async fn failure_is_logged_once_and_not_shown() {
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
