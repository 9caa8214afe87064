//! Refusals of the whole server: writes while the queue is full, and unknown parameters.

use std::sync::Arc;

use poem::http::{Method, StatusCode};
use poem::{Endpoint, Request, Response};
use serde_json::Value;

use super::document::DOCUMENT;
use super::fuzz::shop::make_key;
use super::kit::settings::Settings;
use super::protocol::API_KEY_HEADER;
use crate::domain::permission::Rights;
use crate::startup;
use crate::store::connection::db::{Database, DatabaseUrl};

/// More writes than the queue holds in tests of this crate.
const CROWD: usize = 200;

fn request(method: Method, path: &str, key: &str) -> Request {
    Request::builder()
        .method(method)
        .uri_str(format!("/api/v1{path}"))
        .header(API_KEY_HEADER, key)
        .header("host", "prices")
        .content_type("application/json")
        .body(r#"{"name": "Crowd"}"#)
}

fn check_refused(response: &Response) {
    assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(response.headers()["retry-after"], "1");
}

#[tokio::test]
async fn a_full_queue_refuses_writes_and_no_reads() {
    let folder = tempfile::tempdir().unwrap();
    let url = DatabaseUrl::sqlite(folder.path().join("pricebook.db"));
    let app = startup::open(&url, 1024 * 1024).await.unwrap();
    let key = make_key(&app, Rights::Full).await;
    let server = super::endpoint(app.clone(), &Settings::default(), Arc::default(), false);
    let server = Arc::new(server);
    let write = || request(Method::POST, "/plan-groups", &key);

    let other = Database::connect(&url).await.unwrap();
    let lock = other.batch().await.unwrap();
    let crowd: Vec<_> = (0..CROWD)
        .map(|_| {
            let (server, write) = (server.clone(), write());
            tokio::spawn(async move { server.get_response(write).await.status() })
        })
        .collect();
    while app.takes_writes() {
        tokio::task::yield_now().await;
    }
    check_refused(&server.get_response(write()).await);
    let deletion = request(Method::DELETE, "/plans/pro/manage", &key);
    check_refused(&server.get_response(deletion).await);
    for (refused, status) in [
        (request(Method::GET, "/plans", &key), StatusCode::OK),
        (
            request(Method::POST, "/plan-groups", "ck_sandbox_unknown"),
            StatusCode::UNAUTHORIZED,
        ),
        (
            request(Method::POST, "/nowhere", &key),
            StatusCode::NOT_FOUND,
        ),
        (
            request(Method::POST, "/features/manage", &key),
            StatusCode::BAD_REQUEST,
        ),
    ] {
        assert_eq!(server.get_response(refused).await.status(), status);
    }

    drop(lock);
    for call in crowd {
        call.await.unwrap();
    }
    // The crowd has made it.
    let status = server.get_response(write()).await.status();
    assert_eq!(status, StatusCode::CONFLICT);
}

/// A new operation that fails here lacks the extractor `KnownQuery`.
#[tokio::test]
async fn unknown_query_parameters_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let url = DatabaseUrl::sqlite(folder.path().join("pricebook.db"));
    let app = startup::open(&url, 1024 * 1024).await.unwrap();
    let key = make_key(&app, Rights::Full).await;
    let server = super::endpoint(app, &Settings::default(), Arc::default(), false);
    for (path, methods) in DOCUMENT["paths"].as_object().unwrap() {
        for method in methods.as_object().unwrap().keys() {
            let method: Method = method.to_uppercase().parse().unwrap();
            let path = format!("{path}?unknown=1").replace(['{', '}'], "");
            let mut response = server.get_response(request(method, &path, &key)).await;
            let text = response.take_body().into_string().await.unwrap();
            let body: Value = serde_json::from_str(&text).unwrap();
            assert_eq!(body["error"]["param"], "unknown", "{path}: {text}");
        }
    }
}
