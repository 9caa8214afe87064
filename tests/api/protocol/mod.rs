//! Requirements for every request: its host, version, path, query and body.

use pricebook::api::kit::settings::Settings;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::contract::{OPERATIONS, Operation};
use crate::support::{Actor, Reply, TestServer, raw};

mod hints;
mod hosts;

/// A request for the plans with the given request line and headers.
async fn read_plans(server: &TestServer, key: &str, first: &str, headers: &str) -> Reply {
    let end = format!("x-api-key: {key}\r\nconnection: close\r\n\r\n");
    raw::send(&server.base, format!("{first}\r\n{headers}{end}")).await
}

/// A call of an operation on objects that do not exist.
fn call_of(operation: &Operation, actor: &Actor, query: &str) -> reqwest::RequestBuilder {
    let path = format!("{}{query}", operation.path_to_nothing());
    let request = actor.request(operation.method.clone(), &path);
    match operation.object["requestBody"].is_object() {
        true => request.json(&json!({})),
        false => request,
    }
}

#[tokio::test]
async fn unknown_parameters_are_refused_by_every_call() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    for operation in OPERATIONS.iter() {
        let call = call_of(operation, &owner, "?surprise=1&surprise=2&Limit=3");
        owner.send(call).await.invalid(&["surprise", "Limit"]);
        // Without a valid key, the answer says nothing about the call.
        let stranger = server.stranger();
        let call = call_of(operation, &stranger, "?surprise=1");
        stranger.send(call).await.refused(401, "unauthorized");
    }
    let reply = owner.get("/plans?includeprivate=true").await;
    reply.invalid(&["includeprivate"]);
    let message = reply.body["error"]["message"].as_str().unwrap();
    assert!(
        message.contains("includePrivate, limit, cursor"),
        "{message}"
    );
    owner.get("/plans/nowhere?=x").await.invalid(&["query"]);
    for known in [
        "?",
        "?&",
        "?limit=1",
        "?%6Cimit=1",
        "?includePrivate=true&limit=1",
    ] {
        owner.get(&format!("/plans{known}")).await.data();
    }
    owner
        .get("/plans?limit=1&limit=1")
        .await
        .invalid(&["limit"]);
}

#[tokio::test]
async fn versions_of_the_first_dialect_are_spoken() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    owner.make_plan("pro", json!({})).await;
    for path in ["/plans", "/plans/pro", "/plans", "/plans/pro"] {
        for version in ["2026-07-11", "2026-07-23", "2024-02-29", "1999-01-01"] {
            let call = owner
                .request(Method::GET, path)
                .header("commet-version", version);
            let reply = owner.send(call).await;
            reply.data();
            assert_eq!(reply.header("commet-version"), Some("2026-07-11"));
        }
        for version in [
            "",
            "2026-07-24",
            "2026-08-27",
            "2999-01-01",
            "2026-7-11",
            "2026-02-30",
            "2026-07-11 ",
            "2026-07-11, 2026-07-11",
            "latest",
            "\u{fc}",
        ] {
            let call = owner
                .request(Method::GET, path)
                .header("commet-version", version);
            let reply = owner.send(call).await;
            match version.trim() {
                // White space around a header value is ignored.
                "2026-07-11" => drop(reply.data()),
                _ => reply.invalid(&["commet-version"]),
            }
        }
        let call = owner
            .request(Method::GET, path)
            .header("commet-version", "2026-07-11")
            .header("commet-version", "2026-07-11");
        owner.send(call).await.invalid(&["commet-version"]);
    }
}

#[tokio::test]
async fn later_versions_are_refused_by_every_call() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    for operation in OPERATIONS.iter() {
        let call = call_of(operation, &owner, "").header("commet-version", "2026-07-24");
        owner.send(call).await.invalid(&["commet-version"]);
    }
    // Only calls of the API have a version.
    let page = reqwest::Client::new().get(format!("{}/livez", server.base));
    let page = page
        .header("commet-version", "latest")
        .send()
        .await
        .unwrap();
    assert_eq!(page.status(), 200);
}

#[tokio::test]
async fn a_path_is_the_same_however_it_is_written() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let id = owner.make_plan("pro", json!({})).await;
    // The second answer comes from the cache.
    for _ in 0..2 {
        for path in ["/%70lans/pro", "/plans/%70r%6F", "/%70%6c%61%6e%73/%70ro"] {
            assert_eq!(owner.get(path).await.id(), id, "{path}");
        }
        let list = owner.get("/%70lans?includePrivate=true").await;
        assert_eq!(list.data().as_array().unwrap().len(), 1);
    }
    let address = format!("{}/%61pi/v1/plans/pro", server.base);
    let reply = owner.send(
        reqwest::Client::new()
            .get(address)
            .header("x-api-key", owner.key()),
    );
    assert_eq!(reply.await.id(), id);
    for nowhere in [
        "/plans/%FF",
        "/plans/%ED%A0%80",
        "/plans/%00",
        "/plans/%",
        "/plans/%zz",
        "/plans/a%2Fb",
        "/plans/pro%2F",
        "/plans/%2Fpro",
        "/plans/pro%2Fprices",
        "/plans/PRO",
        "/plans/pro%20",
        "/plans/%C3%BC",
    ] {
        owner.get(nowhere).await.refused(404, "plan_not_found");
    }
    owner
        .get("/features/%FF")
        .await
        .refused(404, "feature_not_found");
    owner
        .get("/plan-groups/%FF")
        .await
        .refused(404, "plan_group_not_found");
    // An escaped slash does not separate segments, and an escaped word equals the plain one.
    owner.get("/plans%2Fpro").await.refused(404, "not_found");
    let body = json!({"name": "Team", "code": "team"});
    assert_eq!(
        owner.post("/plans/man%61ge", body).await.text("code"),
        "team"
    );
}

#[tokio::test]
async fn replay_ignores_how_the_path_is_written() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let mut ids = Vec::new();
    for path in ["/plans/manage", "/%70lans/manage"] {
        let call = owner
            .request(Method::POST, path)
            .header("idempotency-key", "once");
        let call = call.json(&json!({"name": "Pro", "code": "pro"}));
        ids.push(owner.send(call).await.id().to_owned());
    }
    assert_eq!(ids[0], ids[1]);
}

#[tokio::test]
async fn an_encoded_body_is_refused() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    for coding in ["gzip", "br", "identity", "", "utf-8"] {
        let call = owner
            .request(Method::POST, "/plan-groups")
            .header("content-encoding", coding);
        let reply = owner.send(call.json(&json!({"name": coding}))).await;
        reply.refused(415, "unsupported_media_type");
        assert_eq!(reply.header("accept-encoding"), Some("identity"));
        let message = reply.body["error"]["message"].as_str().unwrap();
        assert!(message.contains("`Content-Encoding`"), "{message}");
    }
    let call = owner.request(Method::POST, "/plan-groups").body("{}");
    let reply = owner.send(call).await;
    reply.refused(415, "unsupported_media_type");
    assert_eq!(reply.header("accept-encoding"), None);
    let message = reply.body["error"]["message"].as_str().unwrap();
    assert!(
        message.contains("the header Content-Type: application/json"),
        "{message}"
    );
}

#[tokio::test]
async fn byte_order_mark_is_skipped() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let marked = "\u{feff}{\"name\": \"Marked\"}";
    let reply = owner.raw(Method::POST, "/plan-groups", marked).await;
    assert_eq!(reply.text("name"), "Marked");
    let twice = format!("\u{feff}{marked}");
    let reply = owner.raw(Method::POST, "/plan-groups", twice).await;
    reply.refused(400, "invalid_json");
    for empty in ["", " \r\n\t", "\u{feff}"] {
        let reply = owner.raw(Method::POST, "/plan-groups", empty).await;
        reply.refused(400, "invalid_json");
        let message = reply.body["error"]["message"].as_str().unwrap();
        assert!(message.starts_with("The body is missing"), "{message}");
    }
    let call = owner.request(Method::POST, "/plan-groups");
    let reply = owner.send(call).await;
    reply.refused(400, "invalid_json");
    assert!(reply.text.contains("The body is missing"), "{}", reply.text);
}
