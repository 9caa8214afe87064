//! Rate limits, headers for browsers, and CORS.

use std::sync::Arc;
use std::time::Instant;

use pricebook::api::kit::origin::Origin;
use pricebook::api::kit::settings::Settings;
use pricebook::domain::rate::Rate;
use pricebook::domain::scope::Mode;
use reqwest::Method;
use serde_json::json;

use crate::support::contract::OPERATIONS;
use crate::support::{Actor, Reply, TestServer, eventually};

fn per_hour(times: u32) -> Option<Rate> {
    Rate::new(times, 3600)
}

/// The value of a parameter in a rate limit header.
fn number(reply: &Reply, header: &str, name: &str) -> u32 {
    let value = reply.header(header).expect(header);
    let mut parts = value.split(';');
    let part = parts.find_map(|part| part.strip_prefix(name)?.strip_prefix('='));
    part.expect(value).parse().expect("a number")
}

#[tokio::test]
async fn rate_limit_says_when_to_retry() {
    let server = TestServer::with(Settings {
        rate_limit: per_hour(3),
        ..Settings::default()
    })
    .await;
    let owner = server.owner().await;
    let policy = Some("\"default\";q=3;w=3600");
    for left in [2, 1, 0] {
        let reply = owner.get("/plans").await;
        reply.data();
        assert_eq!(reply.header("ratelimit-policy"), policy);
        assert_eq!(number(&reply, "ratelimit", "r"), left);
        assert!((1..=3600).contains(&number(&reply, "ratelimit", "t")));
    }
    let refused = owner.get("/plans").await;
    refused.refused(429, "rate_limited");
    assert_eq!(refused.header("ratelimit-policy"), policy);
    assert_eq!(number(&refused, "ratelimit", "r"), 0);
    let after: u32 = refused
        .header("retry-after")
        .and_then(|seconds| seconds.parse().ok())
        .expect("seconds");
    assert!((1..=3600).contains(&after));
    // A refused call changes nothing, and other keys are not affected.
    owner
        .post("/plan-groups", json!({"name": "Teams"}))
        .await
        .refused(429, "rate_limited");
    let other = server.owner().await;
    let groups = other.get("/plan-groups").await;
    assert_eq!(groups.data(), &json!([]));
}

#[tokio::test]
async fn count_outlives_a_new_lookup_of_the_key() {
    let server = TestServer::with(Settings {
        rate_limit: per_hour(2),
        ..Settings::default()
    })
    .await;
    let owner = server.owner().await;
    owner.get("/plans").await.data();
    // Known keys are looked up again after 2 seconds.
    tokio::time::sleep(std::time::Duration::from_millis(2100)).await;
    owner.get("/plans").await.data();
    owner.get("/plans").await.refused(429, "rate_limited");
}

#[tokio::test]
async fn every_operation_is_limited() {
    let server = TestServer::with(Settings {
        rate_limit: per_hour(1),
        ..Settings::default()
    })
    .await;
    let owner = server.owner().await;
    owner.get("/plans").await.data();
    for operation in OPERATIONS.iter() {
        let path = operation.path_to_nothing();
        let request = owner.request(operation.method.clone(), &path);
        owner.send(request).await.refused(429, "rate_limited");
    }
}

#[tokio::test]
async fn without_the_setting_nobody_counts() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    for _ in 0..20 {
        let reply = owner.get("/plans").await;
        reply.data();
        assert_eq!(reply.header("ratelimit"), None);
        assert_eq!(reply.header("ratelimit-policy"), None);
    }
}

/// Calls with an invalid key through a proxy that reports the client's address.
async fn wrong_key_from(server: &TestServer, address: &str) -> Reply {
    let stranger = Actor::new(&server.base, Some("ck_sandbox_wrong".to_owned()));
    let request = stranger
        .request(Method::GET, "/plans")
        .header("x-forwarded-for", address);
    stranger.send(request).await
}

#[tokio::test]
async fn only_wrong_keys_are_limited_by_address() {
    let server = TestServer::with(Settings {
        wrong_key_limit: per_hour(3),
        ..Settings::default()
    })
    .await;
    let owner = server.owner().await;
    for _ in 0..3 {
        wrong_key_from(&server, "192.0.2.1")
            .await
            .refused(401, "unauthorized");
    }
    // The header is ignored.
    let refused = wrong_key_from(&server, "192.0.2.2").await;
    refused.refused(429, "rate_limited");
    assert_eq!(
        refused.header("ratelimit-policy"),
        Some("\"wrong-keys\";q=3;w=3600")
    );
    assert_eq!(number(&refused, "ratelimit", "r"), 0);
    assert!(refused.header("retry-after").is_some());
    owner.get("/plans").await.data();
    // A key that this server has not seen before still opens its catalog.
    server
        .actor("acme", Mode::Live)
        .await
        .get("/plans")
        .await
        .data();
    // A call without a key does not count as a guess.
    server
        .stranger()
        .get("/plans")
        .await
        .refused(401, "unauthorized");
}

#[tokio::test]
async fn a_wrong_key_is_looked_up_once_a_second() {
    let server = TestServer::with(Settings {
        wrong_key_limit: per_hour(20),
        ..Settings::default()
    })
    .await;
    let look_ups = || server.app.metrics().key_look_ups;
    let (before, started) = (look_ups(), Instant::now());
    for number in 0..60 {
        let reply = wrong_key_from(&server, "192.0.2.1").await;
        let code = if number < 20 { 401 } else { 429 };
        assert_eq!(reply.status, code);
    }
    // Allow for the time that the calls took.
    let most = started.elapsed().as_secs() + 1;
    assert!(
        look_ups() - before <= most,
        "{} {most}",
        look_ups() - before
    );
    // A text that cannot be a key is never looked up.
    let asked = look_ups();
    for text in ["wrong", &"ck_live_".repeat(20)] {
        let stranger = Actor::new(&server.base, Some(text.to_owned()));
        stranger.get("/plans").await.refused(429, "rate_limited");
    }
    assert_eq!(look_ups(), asked);
    // A new key opens its catalog at once, even from the same address.
    let owner = server.owner().await;
    let made = owner.post("/api-keys", json!({"name": "Page"})).await;
    owner
        .with_key(made.text("apiKey"))
        .get("/plans")
        .await
        .data();
}

#[tokio::test]
async fn many_wrong_keys_lock_nobody_out() {
    let server = Arc::new(
        TestServer::with(Settings {
            wrong_key_limit: per_hour(3),
            ..Settings::default()
        })
        .await,
    );
    let flood = (0..60).map(|number| {
        let server = server.clone();
        tokio::spawn(async move {
            let key = format!("ck_sandbox_wrong{number}");
            let reply = Actor::new(&server.base, Some(key)).get("/plans").await;
            assert!(matches!(reply.status, 401 | 429 | 503), "{}", reply.status);
        })
    });
    let flood: Vec<_> = flood.collect();
    let valid = server.actor("acme", Mode::Live).await;
    eventually("an answer", async || {
        valid.get("/plans").await.status == 200
    })
    .await;
    for wrong in flood {
        wrong.await.expect("an answer");
    }
    let other = server.actor("other", Mode::Live).await;
    other.get("/plans").await.data();
}

#[tokio::test]
async fn behind_a_proxy_the_last_hop_counts() {
    let server = TestServer::with(Settings {
        wrong_key_limit: per_hour(1),
        trust_forwarded_for: true,
        ..Settings::default()
    })
    .await;
    for (address, status) in [
        ("192.0.2.1", 401),
        ("192.0.2.1", 429),
        ("192.0.2.2", 401),
        ("192.0.2.3, 192.0.2.1", 429),
        ("192.0.2.1, 192.0.2.3", 401),
        ("2001:db8::1", 401),
        ("2001:db8::2", 429),
    ] {
        let reply = wrong_key_from(&server, address).await;
        assert_eq!(reply.status, status, "{address}");
    }
}

#[tokio::test]
async fn wrong_keys_can_go_unlimited() {
    let server = TestServer::with(Settings {
        wrong_key_limit: None,
        ..Settings::default()
    })
    .await;
    for _ in 0..400 {
        wrong_key_from(&server, "192.0.2.1")
            .await
            .refused(401, "unauthorized");
    }
}

const SHOP: &str = "https://shop.example.com";

async fn with_shop() -> TestServer {
    TestServer::with(Settings {
        cors_origins: vec![Origin::parse(SHOP).expect("an origin")],
        ..Settings::default()
    })
    .await
}

#[tokio::test]
async fn pages_of_the_origins_in_the_settings_may_call() {
    let server = with_shop().await;
    let asked = server.preflight("/api/v1/plans", SHOP, "POST").await;
    assert_eq!(asked.status(), 204);
    let text = |name: &str| asked.headers()[name].to_str().expect("a text");
    assert_eq!(text("access-control-allow-origin"), SHOP);
    for method in ["GET", "POST", "PUT", "DELETE"] {
        assert!(text("access-control-allow-methods").contains(method));
    }
    for header in [
        "x-api-key",
        "content-type",
        "idempotency-key",
        "if-none-match",
        "commet-version",
    ] {
        assert!(text("access-control-allow-headers").contains(header));
    }
    assert!(
        asked
            .headers()
            .get_all("vary")
            .iter()
            .any(|vary| vary == "origin")
    );
    assert!(
        !asked
            .headers()
            .contains_key("access-control-allow-credentials")
    );
    assert!(asked.headers().contains_key("x-request-id"));

    let owner = server.owner().await;
    let call = owner.request(Method::GET, "/plans").header("origin", SHOP);
    let reply = owner.send(call).await;
    reply.data();
    assert_eq!(reply.header("access-control-allow-origin"), Some(SHOP));
    let exposed = reply.header("access-control-expose-headers").expect("them");
    for header in ["etag", "x-request-id", "retry-after", "ratelimit"] {
        assert!(exposed.contains(header), "{exposed}");
    }
    let varies: Vec<_> = reply.headers.get_all("vary").iter().collect();
    assert!(varies.iter().any(|vary| *vary == "origin"), "{varies:?}");
    // A page must be able to read why its call was refused.
    let stranger = server.stranger();
    let call = stranger
        .request(Method::GET, "/plans")
        .header("origin", SHOP);
    let refused = stranger.send(call).await;
    refused.refused(401, "unauthorized");
    assert_eq!(refused.header("access-control-allow-origin"), Some(SHOP));
}

#[tokio::test]
async fn pages_of_other_origins_may_not() {
    let open = with_shop().await;
    let closed = TestServer::start().await;
    for (server, origin) in [
        (&open, "https://evil.example.com"),
        (&open, "https://shop.example.com.evil.com"),
        (&open, "http://shop.example.com"),
        (&open, "null"),
        (&closed, SHOP),
    ] {
        let asked = server.preflight("/api/v1/plans", origin, "POST").await;
        assert_eq!(asked.status(), 405, "{origin}");
        let owner = server.owner().await;
        let call = owner
            .request(Method::GET, "/plans")
            .header("origin", origin);
        let reply = owner.send(call).await;
        for headers in [asked.headers(), &reply.headers] {
            let names = headers.keys().map(|name| name.as_str());
            let mut told = names.filter(|name| name.starts_with("access-control"));
            assert_eq!(told.next(), None, "{origin}");
        }
        let varies = reply.headers.get_all("vary").iter();
        let has_origin = varies.filter(|vary| *vary == "origin").count();
        assert_eq!(has_origin, usize::from(std::ptr::eq(server, &open)));
    }
    // CORS does not apply to the documentation.
    let page = open.preflight("/docs", SHOP, "POST").await;
    assert!(!page.headers().contains_key("access-control-allow-origin"));
}

#[tokio::test]
async fn browsers_are_told_to_be_careful_with_pages() {
    let server = TestServer::start().await;
    for path in [
        "/",
        "/docs",
        "/docs/swagger-ui.js",
        "/docs/swagger-ui.css",
        "/docs/errors/duplicate",
        "/docs/errors/none",
        "/openapi.json",
        "/livez",
        "/nothing",
    ] {
        let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none());
        let client = client.build().expect("a client");
        let page = client.get(format!("{}{path}", server.base)).send().await;
        let page = page.expect("an answer");
        let text = |name: &str| {
            let value = page.headers().get(name);
            let value = value.unwrap_or_else(|| panic!("{path} has no {name}"));
            value.to_str().expect("a text").to_owned()
        };
        assert_eq!(text("x-content-type-options"), "nosniff");
        assert_eq!(text("referrer-policy"), "no-referrer");
        assert_eq!(text("x-frame-options"), "DENY");
        assert_eq!(text("cross-origin-opener-policy"), "same-origin");
        let policy = text("content-security-policy");
        assert!(
            policy.contains("frame-ancestors 'none'"),
            "{path}: {policy}"
        );
        let has_scripts = path == "/docs";
        assert_eq!(
            policy.contains("default-src 'none'"),
            !has_scripts,
            "{path}"
        );
        assert!(!policy.contains("unsafe-eval") && !policy.contains("http:"));
        let scripts = policy.split(';').find(|part| part.contains("script-src"));
        assert_eq!(scripts, None, "{policy}");
    }
    let owner = server.owner().await;
    let reply = owner.get("/plans").await;
    assert_eq!(reply.header("x-content-type-options"), Some("nosniff"));
}
