//! Writes that come while no more can wait.

use std::sync::Arc;

use poem::http::StatusCode;
use poem::{Endpoint, Request};

use super::*;
use crate::api::auth::API_KEY_HEADER;
use crate::api::edge::REQUEST_ID_HEADER;
use crate::api::fuzz::shop::make_key;
use crate::api::server::Answering;
use crate::api::settings::Settings;
use crate::domain::permission::Rights;
use crate::startup;
use crate::store::db::{Database, DatabaseUrl};

/// More than can wait.
const CROWD: usize = 1200;

fn request(method: Method, path: &str, key: &str) -> Request {
    Request::builder()
        .method(method)
        .uri_str(format!("/api/v1{path}"))
        .header(API_KEY_HEADER, key)
        .header("host", "prices")
        .content_type("application/json")
        .body(r#"{"name": "Crowd"}"#)
}

fn status(server: &impl Answering, request: &Request) -> Option<StatusCode> {
    let response = server.at_once(&Head::from(request))?;
    assert!(response.headers().contains_key(REQUEST_ID_HEADER));
    if response.status() == StatusCode::SERVICE_UNAVAILABLE {
        assert_eq!(response.headers()["retry-after"], "1");
    }
    Some(response.status())
}

#[tokio::test]
async fn while_no_more_can_wait_writes_are_refused_by_their_head() {
    let folder = tempfile::tempdir().unwrap();
    let url = DatabaseUrl::sqlite(folder.path().join("pricebook.db"));
    let app = startup::open(&url, 1024 * 1024).await.unwrap();
    let key = make_key(&app, Rights::Full).await;
    let settings = Settings::default();
    let server = crate::api::endpoint(app.clone(), &settings, Arc::default(), false);
    let server = Arc::new(server);
    let plans = || request(Method::GET, "/plans", &key);
    let write = || request(Method::POST, "/plan-groups", &key);
    assert_eq!(server.get_response(plans()).await.status(), StatusCode::OK);
    assert_eq!(status(&*server, &write()), None);

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
    let busy = Some(StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(status(&*server, &write()), busy);
    let deletion = request(Method::DELETE, "/plans/pro/manage", &key);
    assert_eq!(status(&*server, &deletion), busy);
    assert_eq!(status(&*server, &plans()), Some(StatusCode::OK));
    for way in [
        request(Method::POST, "/plan-groups", "ck_sandbox_unknown"),
        request(Method::POST, "/nowhere", &key),
        request(Method::DELETE, "/plans", &key),
        request(Method::HEAD, "/features", &key),
    ] {
        assert_eq!(status(&*server, &way), None, "{way:?}");
    }

    drop(lock);
    for call in crowd {
        call.await.unwrap();
    }
    assert_eq!(status(&*server, &write()), None);
    let made = server.get_response(request(Method::POST, "/features/manage", &key));
    assert_eq!(made.await.status(), StatusCode::BAD_REQUEST);
}
