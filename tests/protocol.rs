//! What every request has to say well: its host, its version, its path, its query and its body.

use pricebook::api::kit::settings::Settings;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::contract::{OPERATIONS, Operation};
use crate::support::{Actor, Reply, TestServer, raw};

/// A request to read the plans, with these lines for its first and its headers.
async fn read_plans(server: &TestServer, key: &str, first: &str, headers: &str) -> Reply {
    let end = format!("x-api-key: {key}\r\nconnection: close\r\n\r\n");
    raw::send(&server.base, format!("{first}\r\n{headers}{end}")).await
}

#[tokio::test]
async fn a_host_is_named_once_and_well() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let first = "GET /api/v1/plans HTTP/1.1";
    for good in ["localhost", "LocalHost:8080", "127.0.0.1", "[::1]:80"] {
        let headers = format!("host: {good}\r\n");
        let reply = read_plans(&server, owner.key(), first, &headers).await;
        assert_eq!(reply.status, 200, "{good}");
    }
    for wrong in [
        "",
        "host: localhost\r\nhost: localhost\r\n",
        "host:\r\n",
        "host: a b\r\n",
        "host: user@localhost\r\n",
        "host: http://localhost\r\n",
        "host: localhost:http\r\n",
        "host: localhost:99999\r\n",
        "host: localhost/plans\r\n",
        "host: [::1\r\n",
        "host: \u{fc}\r\n",
    ] {
        let reply = read_plans(&server, owner.key(), first, wrong).await;
        reply.invalid(&["host"]);
        let link = reply.body["error"]["doc_url"].as_str().unwrap();
        assert!(link.starts_with("http://localhost/docs/"), "{link}");
    }
    // Pages are held to it as well, and so is a whole address.
    for first in ["GET /livez HTTP/1.1", "GET http://localhost/livez HTTP/1.1"] {
        read_plans(&server, owner.key(), first, "")
            .await
            .invalid(&["host"]);
    }
}

#[tokio::test]
async fn http_1_0_needs_no_host() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let first = "GET /api/v1/plans HTTP/1.0";
    let reply = read_plans(&server, owner.key(), first, "").await;
    assert_eq!(reply.status, 200, "{}", reply.body);
    for wrong in ["host: a b\r\n", "host: a\r\nhost: a\r\n"] {
        read_plans(&server, owner.key(), first, wrong)
            .await
            .invalid(&["host"]);
    }
}

/// A call of an operation, of things that are not there.
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
        // Whoever has no key learns nothing of the call.
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
                // White space around a header is none of its value.
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
    // What is no call of the API speaks no version of it.
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
    // The second time the answer is ready.
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
    // An escaped slash makes no segment, and an escaped word is the word.
    owner.get("/plans%2Fpro").await.refused(404, "not_found");
    let body = json!({"name": "Team", "code": "team"});
    assert_eq!(
        owner.post("/plans/man%61ge", body).await.text("code"),
        "team"
    );
}

#[tokio::test]
async fn one_idempotent_call_is_one_however_its_path_is_written() {
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
async fn a_byte_order_mark_is_skipped_and_nothing_is_missing() {
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

#[track_caller]
fn says(reply: &Reply, words: &str) {
    let message = reply.body["error"]["message"].as_str().unwrap_or_default();
    assert!(message.contains(words), "{message}");
}

#[tokio::test]
async fn a_wrong_method_is_told_the_right_call() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    for (method, path, allow, meant) in [
        (
            Method::POST,
            "/plans",
            "GET, HEAD",
            "To create a plan, send `POST /api/v1/plans/manage`",
        ),
        (
            Method::PATCH,
            "/plans/pro",
            "GET, HEAD",
            "`PUT /api/v1/plans/{id}/manage`",
        ),
        (
            Method::PUT,
            "/%70lans/pro",
            "GET, HEAD",
            "`PUT /api/v1/plans/{id}/manage`",
        ),
        (
            Method::DELETE,
            "/features/a",
            "GET, HEAD",
            "`DELETE /api/v1/features/{code}/manage`",
        ),
        (
            Method::GET,
            "/plans/pro/prices",
            "POST",
            "`GET /api/v1/plans/{id}`",
        ),
        (
            Method::PATCH,
            "/plan-groups/a",
            "DELETE, GET, HEAD, PUT",
            "`PUT /api/v1/plan-groups/{id}`",
        ),
    ] {
        let reply = owner.send(owner.request(method, path)).await;
        reply.refused(405, "method_not_allowed");
        assert_eq!(reply.header("allow"), Some(allow), "{path}");
        says(&reply, meant);
    }
    let reply = owner.delete("/plans").await;
    says(&reply, "The path exists, but not with this method.");
}

#[tokio::test]
async fn a_key_in_the_wrong_header_is_told_the_right_one() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let stranger = server.stranger();
    let call = || stranger.request(Method::GET, "/plans");
    for value in [format!("Bearer {}", owner.key()), "Basic Og==".to_owned()] {
        let reply = stranger.send(call().header("authorization", value)).await;
        reply.refused(401, "unauthorized");
        says(&reply, "`x-api-key`");
    }
    // A wrong key is answered as any wrong key is.
    let wrong = stranger.with_key("ck_sandbox_0");
    let plain = wrong.get("/plans").await;
    let call = wrong
        .request(Method::GET, "/plans")
        .header("authorization", "Bearer x");
    assert_eq!(wrong.send(call).await.body, plain.body);
    assert_eq!(stranger.get("/plans").await.body, plain.body);
}

#[tokio::test]
async fn money_with_a_point_is_told_its_unit() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    owner.make_plan("pro", json!({})).await;
    owner.make_feature("calls", "usage").await;
    let price = |price: Value| json!({"billingInterval": "monthly", "price": price});
    for sent in [json!(49.99), json!("49.99"), json!("$49.99")] {
        let reply = owner.post("/plans/pro/prices", price(sent)).await;
        reply.invalid(&["price"]);
        says(&reply, "in minor units: 4999 for $49.99");
    }
    let body = json!({"featureId": "calls", "overage": {"enabled": true, "unitPrice": 0.002}});
    let reply = owner.post("/plans/pro/features", body).await;
    reply.invalid(&["overage.unitPrice"]);
    says(&reply, "in 1/10000 of a major unit: 20 for 0.002");
}

#[tokio::test]
async fn a_missing_reference_names_its_field_as_the_param() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    owner.make_plan("pro", json!({})).await;
    let price = owner.make_price("pro", "monthly", 4900, json!({})).await;
    let group = owner
        .post("/plan-groups", json!({"name": "Team"}))
        .await
        .id()
        .to_owned();
    let regional = |more: Value| {
        crate::support::making::merged(json!({"currency": "eur", "exchangeRate": 0.9}), more)
    };
    let put = async |more: Value| owner.put("/plans/pro/regional", regional(more)).await;
    let groups = format!("/plan-groups/{group}/plans");
    let nowhere = "prc_01960b2e8f3a7c41a5d2e9b07c6f1d34";
    for (reply, code, param) in [
        (
            owner.post("/plans/manage", json!({"name": "A", "code": "a", "planGroupId": "grp_0"})).await,
            "plan_group_not_found",
            "planGroupId",
        ),
        (
            owner.post("/plans/pro/features", json!({"featureId": "nowhere"})).await,
            "feature_not_found",
            "featureId",
        ),
        (
            owner.post(&groups, json!({"planId": "nowhere"})).await,
            "plan_not_found",
            "planId",
        ),
        (
            put(json!({"prices": [{"priceId": price, "price": 1}, {"priceId": nowhere, "price": 1}]})).await,
            "price_not_found",
            "prices[1].priceId",
        ),
        (
            put(json!({"features": [{"featureId": "nowhere", "overageUnitPrice": 1}]})).await,
            "feature_not_in_plan",
            "features[0].featureId",
        ),
        (
            put(json!({"introOffers": [{"priceId": nowhere, "discountType": "amount",
                "discountValue": 1, "durationCycles": 1}]})).await,
            "price_not_found",
            "introOffers[0].priceId",
        ),
        (
            owner
                .post(
                    "/plans/pro/regional/eur/resync",
                    json!({"features": ["nowhere"]}),
                )
                .await,
            "feature_not_in_plan",
            "features[0]",
        ),
        (
            owner
                .post(
                    "/plans/pro/regional/eur/resync",
                    json!({"prices": [price, nowhere]}),
                )
                .await,
            "price_not_found",
            "prices[1]",
        ),
    ] {
        reply.refused(404, code);
        assert_eq!(reply.body["error"]["param"], param);
        says(&reply, &format!("`{param}`: "));
    }
    // What the path names is no field.
    let reply = owner
        .post("/plans/nowhere/features", json!({"featureId": "a"}))
        .await;
    assert_eq!(
        reply.refused(404, "plan_not_found").body["error"].get("param"),
        None
    );
}

#[tokio::test]
async fn a_feature_in_use_names_its_plans() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    owner.make_feature("calls", "usage").await;
    for number in 0..22 {
        let plan = format!("p{number}");
        owner
            .make_plan(&plan, json!({"isPublic": number % 2 == 0}))
            .await;
        let path = format!("/plans/{plan}/features");
        owner
            .post(&path, json!({"featureId": "calls"}))
            .await
            .data();
    }
    owner.delete("/plans/p1/manage").await.data();
    let reply = owner.delete("/features/calls/manage").await;
    reply.refused(409, "feature_in_use");
    says(&reply, "`p0`, `p2`, ");
    says(&reply, ", and 1 more.");
    let details = reply.body["error"]["details"].as_array().unwrap();
    assert_eq!(details.len(), 20);
    assert_eq!(details[0]["field"], "plans[p0]");
    assert_eq!(reply.body["error"].get("param"), None);
}

#[tokio::test]
async fn the_served_document_names_its_server() {
    let settings = Settings {
        public_url: Some("https://prices.example.com".to_owned()),
        ..Settings::default()
    };
    let server = TestServer::with(settings).await;
    let client = reqwest::Client::new();
    let get = async |path: &str, tag: &str| {
        let request = client
            .get(format!("{}{path}", server.base))
            .header("origin", "https://any");
        let response = request.header("if-none-match", tag).send().await.unwrap();
        let headers = response.headers().clone();
        (
            response.status().as_u16(),
            headers,
            response.text().await.unwrap(),
        )
    };
    let committed = include_str!("../openapi/v1.json");
    let (status, headers, text) = get("/openapi.json", "\"other\"").await;
    assert_eq!(status, 200);
    let url = "https://prices.example.com/api/v1";
    assert_eq!(
        text,
        committed.replacen("\"/api/v1\"", &format!("\"{url}\""), 1)
    );
    assert_eq!(headers["access-control-allow-origin"], "*");
    assert_eq!(headers["cache-control"], "no-cache");
    let tag = headers["etag"].to_str().unwrap();
    let (status, headers, text) = get("/openapi.json", tag).await;
    assert_eq!((status, text.as_str()), (304, ""));
    assert_eq!(headers["etag"], tag);
    let (_, headers, text) = get("/openapi.yaml", "").await;
    assert!(text.contains(&format!("url: {url}")));
    assert_eq!(headers["access-control-allow-origin"], "*");
    assert_ne!(headers["etag"], tag);
    let plain = TestServer::start().await;
    let other = client
        .get(format!("{}/openapi.json", plain.base))
        .send()
        .await
        .unwrap();
    assert_ne!(other.headers()["etag"], tag);
    assert_eq!(other.headers()["content-type"], "application/json");
}
