//! What is refused before it reaches a resource, and what else the edge answers for.

use std::collections::BTreeSet;

use pricebook::domain::scope::Mode;
use reqwest::Method;
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};

use crate::support::contract::{self, DOCUMENT, OPERATIONS, Operation};
use crate::support::promise::check_refused;
use crate::support::wire::bare_refusal;
use crate::support::{Actor, Reply, TestServer, eventually, raw};

/// Every code of the contract, with its status.
const CODES: &[(&str, u16)] = &[
    ("validation_error", 400),
    ("invalid_json", 400),
    ("unauthorized", 401),
    ("forbidden", 403),
    ("plan_not_found", 404),
    ("price_not_found", 404),
    ("regional_pricing_not_found", 404),
    ("feature_not_found", 404),
    ("feature_not_in_plan", 404),
    ("plan_group_not_found", 404),
    ("api_key_not_found", 404),
    ("not_found", 404),
    ("method_not_allowed", 405),
    ("body_too_large", 413),
    ("unsupported_media_type", 415),
    ("precondition_failed", 412),
    ("duplicate", 409),
    ("feature_already_exists", 409),
    ("feature_in_use", 409),
    ("default_price_required", 409),
    ("api_key_in_use", 409),
    ("idempotency_key_mismatch", 409),
    ("idempotency_in_progress", 409),
    ("rate_limited", 429),
    ("internal_error", 500),
    ("unavailable", 503),
];

const PAGES: &[(&str, &str)] = &[
    ("/docs", "text/html"),
    ("/docs/swagger-ui.js", "text/javascript"),
    ("/docs/swagger-ui.css", "text/css"),
    ("/docs/start.js", "text/javascript"),
    ("/docs/errors.css", "text/css"),
    ("/docs/errors/duplicate", "text/html"),
    ("/openapi.json", "application/json"),
    ("/openapi.yaml", "application/yaml"),
    ("/livez", "application/json"),
    ("/readyz", "application/json"),
];

const MIB: usize = 1024 * 1024;

/// The operations that take a body.
fn with_body() -> impl Iterator<Item = &'static Operation> {
    OPERATIONS
        .iter()
        .filter(|operation| operation.object["requestBody"].is_object())
}

/// A request for a path of the server as it stands, with the head of an API call.
async fn raw_call(actor: &Actor, base: &str, method: &str, path: &str) -> Reply {
    let key = actor.key();
    let request = format!(
        "{method} {path} HTTP/1.1\r\nhost: localhost\r\nx-api-key: {key}\r\n\
         content-type: application/json\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{{}}"
    );
    let reply = raw::send(base, request).await;
    contract::check(&method.parse().expect("a method"), path, &reply);
    reply
}

/// Creates a plan group from a body as it stands.
async fn create_raw(actor: &Actor, body: impl Into<reqwest::Body>) -> Reply {
    actor.raw(Method::POST, "/plan-groups", body).await
}

#[tokio::test]
async fn what_is_not_there_is_not_found() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    for path in [
        "/nothing",
        "/api",
        "/api/v1",
        "/api/v1/",
        "/api/v1/nothing",
        "/api/v1/plans/",
        "/api/v1//plans",
        "/api/v1/plans/a/b/c/d/e",
        "/api/v1/Plans",
        "/API/v1/plans",
        "/api/v2/plans",
        "/api/v1/../v1/plans",
        "/docs/",
        "/docs/errors",
        "/docs/errors/nothing",
        "/docs/errors/Duplicate",
        "/openapi",
        "/favicon.ico",
        "//",
    ] {
        for method in ["GET", "POST", "DELETE"] {
            let reply = raw_call(&owner, &server.base, method, path).await;
            let expected = if path.starts_with("/docs/errors/") && method != "GET" {
                (405, "method_not_allowed")
            } else {
                (404, "not_found")
            };
            reply.refused(expected.0, expected.1);
        }
    }
}

#[tokio::test]
async fn a_path_that_is_no_text_names_nothing() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    owner
        .post("/plans/manage", json!({"name": "Pro", "code": "pro"}))
        .await
        .data();
    for segment in [
        "%ff", "%c3%28", "%", "%zz", "%2", "%2f", "%2e%2e", "%00", "pro%00", "%20pro",
    ] {
        for (method, path) in [
            ("GET", format!("/api/v1/plans/{segment}")),
            ("PUT", format!("/api/v1/plans/{segment}/manage")),
            ("DELETE", format!("/api/v1/plans/{segment}/manage")),
            ("GET", format!("/api/v1/features/{segment}")),
            (
                "DELETE",
                format!("/api/v1/plan-groups/{segment}/plans/{segment}"),
            ),
            ("DELETE", format!("/api/v1/api-keys/{segment}")),
            ("GET", format!("/{segment}")),
            ("GET", format!("/docs/errors/{segment}")),
        ] {
            let reply = raw_call(&owner, &server.base, method, &path).await;
            // An update without a field is refused before what it names is looked for, if the
            // path can be read at all.
            assert_eq!(reply.status, 404, "{method} {path}: {}", reply.body);
        }
    }
    // What can be read is read.
    let reply = raw_call(&owner, &server.base, "GET", "/api/v1/plans/%70r%6F").await;
    assert_eq!(reply.text("code"), "pro");
}

/// The methods that the document has at the path template, and HEAD beside GET.
fn methods_at(template: &str) -> BTreeSet<String> {
    let item = DOCUMENT["paths"][template].as_object().expect("a path");
    let mut methods: BTreeSet<_> = item.keys().map(|method| method.to_uppercase()).collect();
    if methods.contains("GET") {
        methods.insert("HEAD".to_owned());
    }
    methods
}

#[track_caller]
fn allowed(reply: &Reply) -> BTreeSet<String> {
    reply.refused(405, "method_not_allowed");
    let allow = reply.header("allow").expect("an Allow header");
    allow.split(", ").map(str::to_owned).collect()
}

#[tokio::test]
async fn a_wrong_method_is_answered_with_the_right_ones() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    for template in DOCUMENT["paths"].as_object().expect("paths").keys() {
        let expected = methods_at(template);
        for method in [
            "GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CUSTOM",
        ] {
            // The path of the plan with the code `reorder`, which can be removed from its group.
            let is_hidden = method == "DELETE" && template.ends_with("/plans/reorder");
            if !expected.contains(method) && !is_hidden {
                let path = format!("/api/v1{}", template.replace(['{', '}'], ""));
                let reply = raw_call(&owner, &server.base, method, &path).await;
                assert_eq!(allowed(&reply), expected, "{method} {path}");
            }
        }
    }
    for (path, _) in PAGES {
        let reply = raw_call(&owner, &server.base, "POST", path).await;
        assert_eq!(allowed(&reply), ["GET", "HEAD"].map(str::to_owned).into());
    }
}

#[tokio::test]
async fn a_body_has_to_be_declared_as_json() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    for operation in with_body() {
        let path = operation.path_to_nothing();
        let undeclared = owner.request(operation.method.clone(), &path).body("{}");
        owner
            .send(undeclared)
            .await
            .refused(415, "unsupported_media_type");
    }
    let body = r#"{"name":"Teams"}"#;
    for kind in [
        "text/plain",
        "application/jsonx",
        "application/json5",
        "text/json",
        "",
        "json",
    ] {
        let request = owner
            .request(Method::POST, "/plan-groups")
            .header("content-type", kind);
        owner
            .send(request.body(body))
            .await
            .refused(415, "unsupported_media_type");
    }
    for (index, kind) in [
        "application/json; charset=utf-8",
        "Application/JSON",
        "application/json ;a=\"b\"",
    ]
    .into_iter()
    .enumerate()
    {
        let request = owner
            .request(Method::POST, "/plan-groups")
            .header("content-type", kind);
        let body = format!(r#"{{"name":"Group {index}"}}"#);
        owner.send(request.body(body)).await.data();
    }
}

#[tokio::test]
async fn a_body_has_1_mib_at_most() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let body = r#"{"name":"Teams"}"#;
    let padded = |length: usize| format!("{body}{}", " ".repeat(length - body.len()));
    create_raw(&owner, padded(MIB + 1))
        .await
        .refused(413, "body_too_large");
    create_raw(&owner, padded(MIB)).await.data();
    for operation in with_body() {
        let path = operation.path_to_nothing();
        let reply = owner
            .raw(operation.method.clone(), &path, padded(MIB + 1))
            .await;
        reply.refused(413, "body_too_large");
    }
}

/// A call whose body comes in chunks, so that its length is not known in advance.
fn chunked(key: &str, chunks: usize, size: usize) -> String {
    let mut request = format!(
        "POST /api/v1/plan-groups HTTP/1.1\r\nhost: localhost\r\nx-api-key: {key}\r\n\
         content-type: application/json\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n"
    );
    let body = r#"{"name":"Teams"}"#;
    request.push_str(&format!("{:x}\r\n{body}\r\n", body.len()));
    for _ in 0..chunks {
        request.push_str(&format!("{size:x}\r\n{}\r\n", " ".repeat(size)));
    }
    request.push_str("0\r\n\r\n");
    request
}

#[tokio::test]
async fn a_body_in_chunks_has_the_same_limit() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let reply = raw::send(&server.base, chunked(owner.key(), 1024, 1024)).await;
    contract::check(&Method::POST, "/api/v1/plan-groups", &reply);
    reply.refused(413, "body_too_large");
    let reply = raw::send(&server.base, chunked(owner.key(), 1023, 1024)).await;
    assert_eq!(reply.text("name"), "Teams");
}

#[tokio::test]
async fn a_client_that_sends_far_too_much_still_hears_why() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    for length in [2 * MIB, 8 * MIB] {
        let reply = create_raw(&owner, " ".repeat(length)).await;
        reply.refused(413, "body_too_large");
    }
    // The connection is good for more.
    owner.get("/plans").await.data();
}

#[tokio::test]
async fn what_is_not_http_gets_a_bare_refusal() {
    let server = TestServer::start().await;
    let host = "host: localhost\r\nconnection: close\r\n";
    let long = "x".repeat(70_000);
    let headers: String = (0..200)
        .map(|number| format!("x-{number}: 1\r\n"))
        .collect();
    for (request, expected) in [
        ("not HTTP at all\r\n\r\n".to_owned(), 400),
        ("GET / HTTP/1.1\r\nno colon\r\n\r\n".to_owned(), 400),
        (format!("GET /a b HTTP/1.1\r\n{host}\r\n"), 400),
        (format!("GET / HTTP/9.9\r\n{host}\r\n"), 400),
        (format!("GET /?{long} HTTP/1.1\r\n{host}\r\n"), 414),
        (format!("GET / HTTP/1.1\r\n{host}{headers}\r\n"), 431),
        (
            format!("POST / HTTP/1.1\r\n{host}content-length: one\r\n\r\n"),
            400,
        ),
    ] {
        assert_eq!(
            bare_refusal(&server.base, &request).await,
            expected,
            "{request}"
        );
    }
}

#[tokio::test]
async fn what_is_no_json_is_refused() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    for operation in with_body() {
        let reply = owner
            .raw(operation.method.clone(), &operation.path_to_nothing(), "{")
            .await;
        reply.refused(400, "invalid_json");
    }
    let texts: [&[u8]; 20] = [
        b"",
        b" ",
        b"{",
        b"{}}",
        b"{} {}",
        b"nul",
        b"NaN",
        b"'a'",
        br#"{"name":}"#,
        br#"{"name":"a",}"#,
        br#"{name:"a"}"#,
        br#"{"name":"a" // comment"#,
        br#"{"name":"\x"}"#,
        br#"{"name":"\ud800"}"#,
        b"{\"name\":\"\n\"}",
        b"{\"name\":\"\xff\"}",
        b"\xfe\xff\0{\0}",
        br#"{"isPublic":01}"#,
        br#"{"isPublic":+1}"#,
        br#"{"isPublic":.5}"#,
    ];
    for text in texts {
        let reply = create_raw(&owner, text.to_vec()).await;
        reply.refused(400, "invalid_json");
    }
}

#[tokio::test]
async fn json_that_could_hide_a_mistake_is_refused() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    for text in [
        r#"{"name":"a","name":"a"}"#,
        r#"{"name":"a","n\u0061me":"b"}"#,
        r#"{"name":"a","x":{"y":[{"z":1,"z":2}]}}"#,
    ] {
        create_raw(&owner, text).await.refused(400, "invalid_json");
    }
    let nested = |depth: usize| format!(r#"{{"name":{}{}}}"#, "[".repeat(depth), "]".repeat(depth));
    create_raw(&owner, nested(99)).await.invalid(&["name"]);
    for depth in [100, 10_000, 500_000] {
        create_raw(&owner, nested(depth))
            .await
            .refused(400, "invalid_json");
    }
}

#[tokio::test]
async fn deep_metadata_comes_back() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    // The body and the metadata are two levels of the hundred.
    let deepest = format!(r#"{{"a":{}{}}}"#, "[".repeat(98), "]".repeat(98));
    let body = format!(r#"{{"name":"Pro","code":"pro","metadata":{deepest}}}"#);
    owner.raw(Method::POST, "/plans/manage", body).await.data();
    let read = owner.get("/plans/pro").await;
    assert_eq!(read.data()["metadata"].to_string(), deepest);
}

#[tokio::test]
async fn a_body_is_an_object() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    for operation in with_body() {
        for body in ["[]", "null", "1", "\"\"", "true"] {
            let reply = owner
                .raw(operation.method.clone(), &operation.path_to_nothing(), body)
                .await;
            reply.invalid(&["body"]);
        }
    }
}

#[tokio::test]
async fn a_field_that_is_not_known_is_named() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    for operation in with_body() {
        let reply = owner
            .raw(
                operation.method.clone(),
                &operation.path_to_nothing(),
                r#"{"naem":null,"":1}"#,
            )
            .await;
        reply.refused(400, "validation_error");
        let details = reply.body["error"]["details"]
            .as_array()
            .expect("details")
            .clone();
        for field in ["naem", ""] {
            assert!(
                details.iter().any(|item| item["field"] == field),
                "{}",
                reply.body
            );
        }
    }
}

#[tokio::test]
async fn everything_that_is_wrong_is_named_by_its_path() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let feature = json!({
        "featureId": "", "enabled": "yes", "includedAmount": -1, "unlimited": null,
        "overage": {"enabled": 1, "unitPrice": 0.5, "price": 1}, "creditsPerUnit": -1,
        "pricingMode": "free", "margin": "1", "limit": 1,
    });
    owner.post("/plans/x/features", feature).await.invalid(&[
        "featureId",
        "enabled",
        "includedAmount",
        "unlimited",
        "overage.enabled",
        "overage.unitPrice",
        "overage.price",
        "creditsPerUnit",
        "pricingMode",
        "margin",
        "limit",
    ]);
    let price = json!({
        "billingInterval": "daily", "price": 9_007_199_254_740_992_i64, "trialDays": null,
        "introOffer": {"discountType": "free", "discountValue": 0, "durationCycles": "1"},
    });
    owner.post("/plans/x/prices", price).await.invalid(&[
        "billingInterval",
        "price",
        "trialDays",
        "introOffer.enabled",
        "introOffer.discountType",
        "introOffer.discountValue",
        "introOffer.durationCycles",
    ]);
    let regional = json!({
        "currency": "xxx", "exchangeRate": 0,
        "prices": [{"priceId": "a", "price": 1}, {"priceId": 1, "price": null}],
        "features": [{"featureId": null, "overageUnitPrice": -1}, 1],
        "introOffers": [{"priceId": "a", "discountType": "amount", "discountValue": 0}],
    });
    owner.put("/plans/x/regional", regional).await.invalid(&[
        "currency",
        "exchangeRate",
        "prices[1].priceId",
        "prices[1].price",
        "features[0].featureId",
        "features[0].overageUnitPrice",
        "features[1]",
        "introOffers[0].discountValue",
        "introOffers[0].durationCycles",
    ]);
}

/// One answer of every kind.
async fn one_of_each(server: &TestServer) -> Vec<Reply> {
    let owner = server.owner().await;
    vec![
        owner.get("/plans").await,
        owner.get("/nothing").await,
        owner.get("/plans/none").await,
        server.stranger().get("/plans").await,
        owner.send(owner.request(Method::PATCH, "/plans")).await,
        owner
            .send(owner.request(Method::POST, "/plan-groups").body("{}"))
            .await,
        create_raw(&owner, "{").await,
        create_raw(&owner, "{}").await,
        create_raw(&owner, "{}".repeat(MIB)).await,
        owner
            .send(
                owner
                    .request(Method::GET, "/plans")
                    .header("if-none-match", "*"),
            )
            .await,
    ]
}

#[tokio::test]
async fn every_answer_has_a_request_id_of_its_own() {
    let server = TestServer::start().await;
    let replies = one_of_each(&server).await;
    let statuses: Vec<_> = replies.iter().map(|reply| reply.status).collect();
    assert_eq!(statuses, [200, 404, 404, 401, 405, 415, 400, 400, 413, 304]);
    let ids: BTreeSet<_> = replies
        .iter()
        .map(|reply| reply.header("x-request-id"))
        .collect();
    assert_eq!(ids.len(), replies.len());
    for reply in replies {
        assert!(
            reply
                .header("x-request-id")
                .is_some_and(|id| id.starts_with("req_"))
        );
    }
}

#[tokio::test]
async fn a_request_id_of_the_client_is_kept_if_it_is_fit() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let with_id = async |id: &[u8]| {
        let request = owner
            .request(Method::GET, "/nothing")
            .header("x-request-id", id);
        owner
            .send(request)
            .await
            .header("x-request-id")
            .expect("a request id")
            .to_owned()
    };
    let every_sign: String = ('!'..='~').collect();
    for id in ["0", &every_sign, &"i".repeat(128)] {
        assert_eq!(with_id(id.as_bytes()).await, id);
    }
    for id in [
        &b""[..],
        &[b'i'; 129],
        b"a b",
        b"a\tb",
        "é".as_bytes(),
        b"\xff",
    ] {
        assert!(with_id(id).await.starts_with("req_"), "{id:?}");
    }
}

#[tokio::test]
async fn every_page_names_the_version_that_is_served() {
    let server = TestServer::start().await;
    for (path, _) in PAGES {
        let page = reqwest::get(format!("{}{path}", server.base))
            .await
            .expect("an answer");
        assert_eq!(page.headers()["commet-version"], "2026-07-11");
        assert!(page.headers().contains_key("x-request-id"));
    }
}

#[tokio::test]
async fn a_key_has_to_stand_in_one_readable_header() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let stranger = server.stranger();
    let plans = || stranger.request(Method::GET, "/plans");
    let key = owner.key();
    for request in [
        plans().header("x-api-key", key).header("x-api-key", key),
        plans().header("x-api-key", format!("{key}é").as_bytes()),
        plans().header("x-api-key", ""),
        plans().header("x-api-key", key.to_uppercase()),
        plans().header("x-api-key", &key[..key.len() - 1]),
        plans().header("x-api-key", format!("{key}0")),
        plans().header("authorization", format!("Bearer {key}")),
        stranger.request(Method::GET, &format!("/plans?x-api-key={key}")),
    ] {
        stranger.send(request).await.refused(401, "unauthorized");
    }
    // White space around the value of a header is no part of it.
    stranger
        .send(plans().header("X-Api-Key", format!(" {key} ")))
        .await
        .data();
}

async fn fetch(url: &str) -> (u16, String, String) {
    let page = reqwest::get(url).await.expect("an answer");
    let kind = page
        .headers()
        .get("content-type")
        .and_then(|kind| kind.to_str().ok());
    let kind = kind.unwrap_or_default().to_owned();
    (
        page.status().as_u16(),
        kind,
        page.text().await.expect("a text"),
    )
}

#[tokio::test]
async fn every_error_code_has_a_page() {
    let server = TestServer::start().await;
    for (code, status) in CODES {
        let (found, kind, html) = fetch(&format!("{}/docs/errors/{code}", server.base)).await;
        assert_eq!(
            (found, kind.as_str()),
            (200, "text/html; charset=utf-8"),
            "{code}"
        );
        assert!(
            html.contains(code) && html.contains(&status.to_string()),
            "{html}"
        );
        assert!(!html.contains('{'), "something was not filled in: {html}");
    }
}

/// The codes that the document says each operation refuses with.
fn documented_codes() -> BTreeSet<(String, u16)> {
    let mut codes = BTreeSet::new();
    for operation in OPERATIONS.iter() {
        for (status, response) in operation.object["responses"]
            .as_object()
            .expect("responses")
        {
            let words = response["description"].as_str().expect("a description");
            let named = words.split('`').skip(1).step_by(2);
            let status: u16 = status.parse().expect("a status");
            codes.extend(
                named
                    .filter(|_| status >= 400)
                    .map(|code| (code.to_owned(), status)),
            );
        }
    }
    codes
}

#[test]
fn operations_refuse_only_with_known_codes() {
    let known: BTreeSet<_> = CODES
        .iter()
        .map(|(code, status)| ((*code).to_owned(), *status))
        .collect();
    let documented = documented_codes();
    assert!(documented.len() > 15, "{documented:?}");
    let unknown: Vec<_> = documented.difference(&known).collect();
    assert!(unknown.is_empty(), "{unknown:?}");
}

#[tokio::test]
async fn the_link_of_a_refusal_leads_to_its_page() {
    let server = TestServer::start().await;
    for reply in one_of_each(&server).await {
        if reply.status >= 400 {
            let error = &reply.body["error"];
            let code = error["code"].as_str().expect("a code");
            let link = error["doc_url"].as_str().expect("a link");
            let (status, _, html) = fetch(link).await;
            assert!(status == 200 && html.contains(code), "{link}");
        }
    }
}

#[tokio::test]
async fn pages_answer_with_their_types() {
    let server = TestServer::start().await;
    for (path, expected) in PAGES {
        let (status, kind, text) = fetch(&format!("{}{path}", server.base)).await;
        assert_eq!(status, 200, "{path}");
        assert!(kind.starts_with(expected), "{path}: {kind}");
        assert!(!text.is_empty(), "{path} is empty");
    }
    let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none());
    let root = client
        .build()
        .expect("a client")
        .get(&server.base)
        .send()
        .await
        .expect("an answer");
    assert!(root.status().is_redirection());
    assert_eq!(root.headers()["location"], "/docs");
}

#[tokio::test]
async fn the_page_of_the_documentation_asks_nobody_else() {
    let server = TestServer::start().await;
    for path in ["/docs", "/docs/errors/duplicate"] {
        let (_, _, html) = fetch(&format!("{}{path}", server.base)).await;
        let mut links = 0;
        for attribute in ["src=\"", "href=\""] {
            for rest in html.split(attribute).skip(1) {
                let target = rest.split('"').next().expect("a target");
                // Of this server, of this page, or in it.
                let stays = ["/", "#/", "data:"]
                    .iter()
                    .any(|start| target.starts_with(start));
                assert!(stays, "{target}");
                links += 1;
            }
        }
        assert!(links > 0, "{path} has no links that could be checked");
    }
    let (_, _, style) = fetch(&format!("{}/docs/swagger-ui.css", server.base)).await;
    assert!(!style.contains("@import") && !style.contains("url(http"));
}

#[tokio::test]
async fn head_is_get_without_a_body() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    owner
        .post("/plans/manage", json!({"name": "Pro", "code": "pro"}))
        .await
        .data();
    for path in [
        "/api/v1/plans/pro",
        "/api/v1/plans",
        "/api/v1/currencies",
        "/docs",
        "/livez",
    ] {
        let ask = async |method: &str| {
            let key = owner.key();
            let request = format!(
                "{method} {path} HTTP/1.1\r\nhost: localhost\r\nx-api-key: {key}\r\n\
                 x-request-id: same\r\nconnection: close\r\n\r\n"
            );
            raw::send(&server.base, request).await
        };
        let (head, get) = (ask("HEAD").await, ask("GET").await);
        assert_eq!((head.status, &head.body), (200, &Value::Null));
        for name in ["content-type", "etag", "x-request-id", "commet-version"] {
            assert_eq!(head.header(name), get.header(name), "{path} {name}");
        }
    }
    let request = "HEAD /api/v1/plans HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
    let refused = raw::send(&server.base, request).await;
    assert_eq!((refused.status, &refused.body), (401, &Value::Null));
}

#[tokio::test]
async fn a_long_query_is_read_whole() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let long = "x".repeat(60_000);
    owner
        .get(&format!("/plans?unknown={long}&limit=1"))
        .await
        .invalid(&["unknown"]);
    owner
        .get(&format!("/plans?cursor={long}"))
        .await
        .invalid(&["cursor"]);
    owner
        .get(&format!("/plans?limit={}", "1".repeat(60_000)))
        .await
        .invalid(&["limit"]);
    let many = "&a=1".repeat(15_000);
    owner
        .get(&format!("/plans?{many}&includePrivate=maybe"))
        .await
        .invalid(&["a"]);
    for (query, status) in [
        ("?", 200),
        ("?&&", 200),
        ("?=", 400),
        ("?%", 400),
        ("?%ff=%ff", 400),
        ("?limit%00=1", 400),
    ] {
        let path = format!("/api/v1/plans{query}");
        let request = format!(
            "GET {path} HTTP/1.1\r\nhost: localhost\r\nx-api-key: {}\r\nconnection: close\r\n\r\n",
            owner.key()
        );
        let reply = raw::send(&server.base, request).await;
        assert_eq!(reply.status, status, "{query}");
    }
}

#[tokio::test]
async fn a_wrong_key_is_said_before_everything_else() {
    let server = TestServer::start().await;
    server.actor("acme", Mode::Sandbox).await;
    let stranger = server.stranger();
    for operation in with_body() {
        let path = operation.path_to_nothing();
        let request = stranger.request(operation.method.clone(), &path);
        stranger
            .send(request.body("{"))
            .await
            .refused(401, "unauthorized");
    }
}

/// Tests that apply only to PostgreSQL.
mod only_postgres {
    use super::*;

    /// A SQLite file that is deleted stays open, and one that is damaged is a fault and not an
    /// absence: what can happen to it is that another process does not let it be written, which
    /// away.rs tests.
    #[tokio::test]
    async fn a_database_that_is_gone_makes_the_server_unavailable() {
        let server = TestServer::start().await;
        let owner = server.owner().await;
        let ready = async || fetch(&format!("{}/readyz", server.base)).await.0;
        assert_eq!(ready().await, 200);
        let (base, name) = server.database.address().rsplit_once('/').expect("a name");
        let admin = sea_orm::Database::connect(format!("{base}/postgres"))
            .await
            .expect("a connection");
        // Closed to connections rather than dropped, so that it can come back.
        let away = [
            format!("ALTER DATABASE {name} WITH ALLOW_CONNECTIONS false"),
            format!(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
            ),
        ];
        for statement in away {
            admin
                .execute_unprepared(&statement)
                .await
                .expect("a statement");
        }
        for reply in [
            owner.get("/plans").await,
            owner.post("/plan-groups", json!({"name": "Teams"})).await,
            owner.delete("/plans/pro/manage").await,
        ] {
            check_refused(&reply);
        }
        // What is in memory can still be read.
        assert_eq!(ready().await, 200);
        let for_writes = format!("{}/readyz?for=writes", server.base);
        let is_told = async || fetch(&for_writes).await.0 == 503;
        eventually("writes that are told to be off", is_told).await;
        let (_, _, body) = fetch(&for_writes).await;
        let body: Value = serde_json::from_str(&body).expect("JSON");
        assert_eq!(body["reads"]["from"], "memory", "{body}");
        assert_eq!(body["writes"]["reason"], "the database does not answer");
        assert_eq!(fetch(&format!("{}/livez", server.base)).await.0, 200);
        let back = format!("ALTER DATABASE {name} WITH ALLOW_CONNECTIONS true");
        admin.execute_unprepared(&back).await.expect("a statement");
        owner.get("/plans").await.data();
        assert_eq!(ready().await, 200);
        let is_told = async || fetch(&for_writes).await.0 == 200;
        eventually("writes that are told to be on", is_told).await;
    }
}
