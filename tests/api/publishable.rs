//! Publishable keys, which may be embedded in pages: they read public plans, and nothing private.

use pricebook::api::kit::origin::Origin;
use pricebook::api::kit::settings::Settings;
use pricebook::domain::scope::Mode;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::contract::OPERATIONS;
use crate::support::making::each;
use crate::support::{Actor, TestServer};

const PAGE: &str = "https://shop.example.com";

/// A publishable key for the owner's catalog.
async fn publish(owner: &Actor) -> Actor {
    let body = json!({"name": "Page", "permissions": {"plan": ["read_public"]}});
    let made = owner.post("/api-keys", body).await;
    assert_eq!(made.data()["permissions"], json!({"plan": ["read_public"]}));
    owner.with_key(made.text("apiKey"))
}

/// Creates a plan in which every private field is set.
async fn make_plan_with_secrets(owner: &Actor, code: &str, group: &str) {
    let more = json!({
        "consumptionModel": "balance",
        "planGroupId": group,
        "metadata": {"badge": "new", "pricebook:file": "a.yaml", "n": 1.10},
    });
    owner.make_plan(code, more).await;
    let feature = format!("{code}_model");
    owner.make_feature(&feature, "usage").await;
    let body = json!({"featureId": feature, "pricingMode": "ai_model", "margin": 2500});
    owner
        .post(&format!("/plans/{code}/features"), body)
        .await
        .data();
    owner
        .make_price(code, "monthly", 4900, json!({"includedBalance": 1000}))
        .await;
    let rate = json!({"currency": "jpy", "exchangeRate": 150});
    owner
        .put(&format!("/plans/{code}/regional"), rate)
        .await
        .data();
}

async fn make_group(owner: &Actor, name: &str, is_public: bool) -> String {
    let body = json!({"name": name, "isPublic": is_public});
    owner.post("/plan-groups", body).await.id().to_owned()
}

/// The public view of a plan that the owner sees as `plan`.
fn public(mut plan: Value, group: &Value) -> Value {
    plan["exchangeRates"] = json!([]);
    plan["planGroupId"] = group.clone();
    if let Some(metadata) = plan["metadata"].as_object_mut() {
        metadata.retain(|key, _| !key.starts_with("pricebook:"));
    }
    for feature in plan["features"].as_array_mut().unwrap() {
        feature["margin"] = Value::Null;
        feature["creditsPerUnit"] = Value::Null;
    }
    plan
}

#[tokio::test]
async fn private_fields_are_left_out() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let page = publish(&owner).await;
    let open = make_group(&owner, "Open", true).await;
    let closed = make_group(&owner, "Closed", false).await;
    make_plan_with_secrets(&owner, "pro", &open).await;
    make_plan_with_secrets(&owner, "team", &closed).await;
    owner.make_plan("secret", json!({"isPublic": false})).await;
    // The two keys alternate, so neither must get an answer cached for the other.
    for _ in 0..2 {
        for (code, group) in [("pro", json!(open)), ("team", Value::Null)] {
            let whole = owner.show_plan(code).await;
            assert_eq!(whole["features"][0]["margin"], 2500);
            assert_eq!(whole["metadata"]["pricebook:file"], "a.yaml");
            let shown = page.show_plan(code).await;
            assert_eq!(shown, public(whole.clone(), &group));
            assert_eq!(page.show_plan(whole["id"].as_str().unwrap()).await, shown);
        }
        page.get("/plans/secret")
            .await
            .refused(404, "plan_not_found");
        owner.get("/plans/secret").await.data();
        for path in [
            "/plans",
            "/plans?includePrivate=true",
            "/plans?includePrivate=true&limit=100",
        ] {
            let list = page.get(path).await;
            assert_eq!(each(list.data(), "code"), json!(["pro", "team"]), "{path}");
            assert_eq!(list.data()[1], page.show_plan("team").await);
            assert!(!list.text.contains("\"margin\":2500") && !list.text.contains("a.yaml"));
        }
        let all = owner.get("/plans?includePrivate=true").await;
        assert_eq!(each(all.data(), "code"), json!(["pro", "team", "secret"]));
    }
    assert_eq!(
        page.get("/currencies").await.data(),
        owner.get("/currencies").await.data()
    );
}

#[tokio::test]
async fn what_becomes_private_is_gone_at_once() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let page = publish(&owner).await;
    let group = make_group(&owner, "Open", true).await;
    owner.make_plan("pro", json!({"planGroupId": group})).await;
    let id = owner.show_plan("pro").await["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let path = format!("/plan-groups/{group}");
    for is_public in [true, false, true] {
        owner
            .put(&path, json!({"isPublic": is_public}))
            .await
            .data();
        let expected = is_public.then_some(group.as_str());
        for _ in 0..2 {
            assert_eq!(page.show_plan("pro").await["planGroupId"], json!(expected));
            let list = page.get("/plans").await;
            assert_eq!(list.data()[0]["planGroupId"], json!(expected));
            assert_eq!(owner.show_plan("pro").await["planGroupId"], json!(group));
        }
    }
    for is_public in [false, true] {
        owner
            .put("/plans/pro/visibility", json!({"isPublic": is_public}))
            .await
            .data();
        for _ in 0..2 {
            for name in ["pro", id.as_str()] {
                let reply = page.get(&format!("/plans/{name}")).await;
                match is_public {
                    true => assert_eq!(reply.id(), id),
                    false => drop(reply.refused(404, "plan_not_found")),
                }
            }
            let list = page.get("/plans").await;
            assert_eq!(
                list.data().as_array().unwrap().len(),
                usize::from(is_public)
            );
        }
    }
}

#[tokio::test]
async fn a_publishable_key_does_nothing_else() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let page = publish(&owner).await;
    for operation in OPERATIONS.iter() {
        let path = operation.path_to_nothing();
        let request = page
            .request(operation.method.clone(), &path)
            .json(&json!({}));
        let reply = page.send(request).await;
        match operation.id.as_str() {
            "list-plans" | "list-currencies" => drop(reply.data()),
            "get-plan" => drop(reply.refused(404, "plan_not_found")),
            _ => {
                reply.refused(403, "forbidden");
                assert!(reply.text.contains("publishable"), "{}", reply.text);
            }
        }
    }
}

#[tokio::test]
async fn who_reads_plans_makes_publishable_keys() {
    let server = TestServer::start().await;
    for (mode, start) in [(Mode::Sandbox, "pk_sandbox_"), (Mode::Live, "pk_live_")] {
        let owner = server.actor("acme", mode).await;
        assert!(publish(&owner).await.key().starts_with(start));
        let maker = |permissions: Value| {
            let body = json!({"name": "Maker", "permissions": permissions});
            async { owner.with_key(owner.post("/api-keys", body).await.text("apiKey")) }
        };
        let body = json!({
            "name": "Page", "expiresInDays": 1, "permissions": {"plan": ["read_public"]},
        });
        let with_plans = maker(json!({"plan": ["read"], "api_key": ["read", "write"]})).await;
        let made = with_plans.post("/api-keys", body.clone()).await;
        let id = made.id().to_owned();
        let without = maker(json!({"feature": ["read"], "api_key": ["read", "write"]})).await;
        without
            .post("/api-keys", body)
            .await
            .refused(403, "forbidden");
        without
            .delete(&format!("/api-keys/{id}"))
            .await
            .refused(403, "forbidden");
        let list = owner.get("/api-keys?limit=100").await;
        let listed = crate::support::making::item(list.data(), "id", &id);
        assert_eq!(listed["permissions"], json!({"plan": ["read_public"]}));
        let page = owner.with_key(made.text("apiKey"));
        page.get("/plans").await.data();
        with_plans.delete(&format!("/api-keys/{id}")).await.data();
        page.get("/plans").await.refused(401, "unauthorized");
    }
}

#[tokio::test]
async fn read_public_stands_alone() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    for (permissions, fields) in [
        (
            json!({"plan": ["read_public", "read"]}),
            &["permissions.plan"][..],
        ),
        (
            json!({"plan": ["read_public", "read_public"]}),
            &["permissions.plan"],
        ),
        (
            json!({"plan": ["read_public"], "feature": ["read"]}),
            &["permissions.feature"],
        ),
        (
            json!({"feature": ["read_public"]}),
            &["permissions.feature[0]"],
        ),
        (json!({"plan": ["read_private"]}), &["permissions.plan[0]"]),
        (json!({"market": ["read"]}), &["permissions.market"]),
    ] {
        let body = json!({"name": "Page", "permissions": permissions});
        owner.post("/api-keys", body).await.invalid(fields);
    }
    let permissions = json!({"history": ["read"], "catalog": ["read", "write"]});
    let body = json!({"name": "Tools", "permissions": permissions.clone()});
    let made = owner.post("/api-keys", body).await;
    assert_eq!(made.data()["permissions"], permissions);
    assert!(made.text("apiKey").starts_with("rk_"));
}

/// The origins that may read the answer in a browser.
fn allowed(headers: &reqwest::header::HeaderMap) -> Option<&str> {
    headers
        .get("access-control-allow-origin")
        .map(|origin| origin.to_str().unwrap())
}

#[tokio::test]
async fn any_origin_reads_with_a_publishable_key() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    owner.make_plan("pro", json!({})).await;
    let page = publish(&owner).await;
    let from_page = |actor: &Actor, method: Method, path: &str| {
        actor.request(method, path).header("origin", PAGE)
    };
    for path in [
        "/plans",
        "/plans/pro",
        "/currencies",
        "/plans/nowhere",
        "/features",
    ] {
        // The second answer may come from the cache.
        for _ in 0..2 {
            let reply = page.send(from_page(&page, Method::GET, path)).await;
            assert_eq!(allowed(&reply.headers), Some("*"), "{path}");
            let exposed = reply.header("access-control-expose-headers").unwrap();
            assert!(exposed.contains("etag") && exposed.contains("x-request-id"));
            let reply = owner.send(from_page(&owner, Method::GET, path)).await;
            assert_eq!(allowed(&reply.headers), None, "{path}");
        }
    }
    // A page can read why its key is refused, but writes get no CORS headers.
    let revoked = page.with_key("pk_sandbox_0");
    let reply = revoked
        .send(from_page(&revoked, Method::GET, "/plans"))
        .await;
    assert_eq!(
        allowed(&reply.refused(401, "unauthorized").headers),
        Some("*")
    );
    let write = from_page(&page, Method::POST, "/plan-groups").json(&json!({"name": "A"}));
    assert_eq!(allowed(&page.send(write).await.headers), None);
}

#[tokio::test]
async fn preflight_of_any_origin_is_allowed() {
    let server = TestServer::start().await;
    for path in [
        "/api/v1/plans",
        "/api/v1/plans/pro",
        "/api/v1/currencies",
        "/openapi.json",
        "/openapi.yaml",
    ] {
        let reply = server.preflight(path, PAGE, "GET").await;
        assert_eq!(reply.status(), 204, "{path}");
        assert_eq!(allowed(reply.headers()), Some("*"));
        assert_eq!(reply.headers()["access-control-allow-methods"], "GET, HEAD");
        let sent = reply.headers()["access-control-allow-headers"]
            .to_str()
            .unwrap();
        for header in [
            "x-api-key",
            "traceparent",
            "tracestate",
            "if-match",
            "x-request-id",
            "idempotency-key",
            "commet-version",
            "change-note",
        ] {
            assert!(sent.contains(header), "{sent}");
        }
    }
    for (path, method) in [
        ("/api/v1/plans", "POST"),
        ("/api/v1/plans/pro/manage", "PUT"),
        ("/api/v1/features", "GET"),
        ("/api/v1/plan-groups", "GET"),
        ("/api/v1/api-keys", "GET"),
        ("/docs", "GET"),
    ] {
        let reply = server.preflight(path, PAGE, method).await;
        assert_eq!(reply.status(), 405, "{path}");
        assert_eq!(allowed(reply.headers()), None, "{path}");
    }
}

#[tokio::test]
async fn origins_in_the_settings_stay_as_they_are() {
    let settings = Settings {
        cors_origins: vec![Origin::parse(PAGE).unwrap()],
        ..Settings::default()
    };
    let server = TestServer::with(settings).await;
    let owner = server.owner().await;
    let page = publish(&owner).await;
    for (origin, expected) in [(PAGE, PAGE), ("https://other.example.com", "*")] {
        let call = page.request(Method::GET, "/plans").header("origin", origin);
        assert_eq!(allowed(&page.send(call).await.headers), Some(expected));
    }
    let asked = server.preflight("/api/v1/plans", PAGE, "POST").await;
    assert_eq!(
        (asked.status().as_u16(), allowed(asked.headers())),
        (204, Some(PAGE))
    );
}
