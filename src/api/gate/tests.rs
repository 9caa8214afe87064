//! Failures are logged once, and secrets never.

use std::io::Write;
use std::sync::{Mutex, PoisonError};

use poem::endpoint::make;
use poem::http::StatusCode;
use serde_json::Value;
use tracing::Dispatch;
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
    // With one dispatcher, tracing asks the default of whichever thread logs a line first whether
    // anybody wants it; with two, it asks them all.
    let _second = Dispatch::new(tracing_subscriber::registry());
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
