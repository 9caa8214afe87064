//! Restricted keys: how they are created, what they show, and which permissions they can pass on.
//!
//! `access` tests which operation needs which permission.

use pricebook::domain::scope::Mode;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::making::{item, merged};
use crate::support::reads::ids;
use crate::support::{Actor, Reply, TestServer};

async fn create(actor: &Actor, more: Value) -> Reply {
    let body = merged(json!({"name": "Page"}), more);
    actor.post("/api-keys", body).await
}

/// Creates a restricted key for a month; returns its id and an actor that uses it.
async fn restricted(actor: &Actor, permissions: Value) -> (String, Actor) {
    let more = json!({"expiresInDays": 30, "permissions": permissions});
    let made = create(actor, more).await;
    (made.id().to_owned(), actor.with_key(made.text("apiKey")))
}

async fn revoke(actor: &Actor, id: &str) -> Reply {
    actor.delete(&format!("/api-keys/{id}")).await
}

/// Permissions to create keys, plus `more`.
fn with_keys(more: Value) -> Value {
    merged(json!({"api_key": ["read", "write"]}), more)
}

#[tokio::test]
async fn a_restricted_key_shows_its_permissions() {
    let server = TestServer::start().await;
    for (mode, start) in [(Mode::Sandbox, "rk_sandbox_"), (Mode::Live, "rk_live_")] {
        let owner = server.actor("acme", mode).await;
        for (sent, shown) in [
            (json!({}), json!({})),
            (json!({"plan": []}), json!({})),
            (json!({"plan": ["read"]}), json!({"plan": ["read"]})),
            (
                json!({"plan_group": ["write", "read"], "feature": []}),
                json!({"plan_group": ["read", "write"]}),
            ),
            (
                json!({
                    "plan": ["read", "write"], "feature": ["read"], "plan_group": ["read"],
                    "api_key": ["read", "write"],
                }),
                json!({
                    "plan": ["read", "write"], "feature": ["read"], "plan_group": ["read"],
                    "api_key": ["read", "write"],
                }),
            ),
        ] {
            let made = create(&owner, json!({"permissions": sent})).await;
            assert_eq!(made.data()["permissions"], shown);
            let (secret, prefix) = (made.text("apiKey"), made.text("prefix"));
            let random = secret.strip_prefix(start).expect("a restricted key");
            assert_eq!(random.len(), 64, "256 bits");
            assert!(secret.starts_with(prefix) && prefix.starts_with(start));
            let list = owner.get("/api-keys?limit=100").await;
            let entry = item(list.data(), "id", made.id());
            assert_eq!(entry["permissions"], shown);
            assert_eq!(entry["prefix"], prefix);
        }
    }
}

#[tokio::test]
async fn permissions_that_make_no_sense_are_refused() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    for (permissions, fields) in [
        (json!(null), &["permissions"][..]),
        (json!("plan:read"), &["permissions"]),
        (json!(["read"]), &["permissions"]),
        (json!({"plan": null}), &["permissions.plan"]),
        (json!({"plan": "read"}), &["permissions.plan"]),
        (json!({"plan": ["all"]}), &["permissions.plan[0]"]),
        (json!({"plan": ["read", "Write"]}), &["permissions.plan[1]"]),
        (json!({"plan": ["read", "read"]}), &["permissions.plan"]),
        (json!({"plan": ["write"]}), &["permissions.plan"]),
        (
            json!({"api_key": ["write"], "feature": ["write"], "plan": ["read"]}),
            &["permissions.feature", "permissions.api_key"],
        ),
        (json!({"plans": ["read"]}), &["permissions.plans"]),
        (json!({"planGroup": ["read"]}), &["permissions.planGroup"]),
    ] {
        let refused = create(&owner, json!({"permissions": permissions})).await;
        refused.invalid(fields);
    }
    assert_eq!(ids(&owner.get("/api-keys").await).len(), 1);
}

#[tokio::test]
async fn the_key_of_a_pricing_page_only_reads() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let plan = owner.make_plan("pro", json!({})).await;
    let (_, page) = restricted(&owner, json!({"plan": ["read"]})).await;
    assert_eq!(ids(&page.get("/plans").await), [plan]);
    page.get("/plans/pro").await.data();
    page.get("/currencies").await.data();
    let refused = page
        .put("/plans/pro/manage", json!({"name": "Free for all"}))
        .await;
    refused.refused(403, "forbidden");
    assert_eq!(
        refused.body["error"]["message"],
        "The API key has no permission `plan:write`."
    );
    assert_eq!(refused.body["error"]["type"], "authentication_error");
    for path in ["/features", "/features/x", "/plan-groups", "/api-keys"] {
        page.get(path).await.refused(403, "forbidden");
    }
    assert_eq!(owner.get("/plans/pro").await.text("name"), "pro");
}

#[tokio::test]
async fn a_write_shows_whatever_is_in_its_answer() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    owner.make_feature("seats", "seats").await;
    let (_, writer) = restricted(&owner, json!({"plan": ["read", "write"]})).await;
    let plan = writer.make_plan("pro", json!({})).await;
    let body = json!({"featureId": "seats", "includedAmount": 3});
    writer.post("/plans/pro/features", body).await.data();
    assert_eq!(
        writer.show_plan("pro").await["features"][0]["code"],
        "seats"
    );
    // Adding plans to a group does not require permission to read plans.
    let (_, grouper) = restricted(&owner, json!({"plan_group": ["read", "write"]})).await;
    let group = grouper.post("/plan-groups", json!({"name": "Teams"})).await;
    let path = format!("/plan-groups/{}", group.id());
    let added = grouper
        .post(&format!("{path}/plans"), json!({"planId": plan}))
        .await;
    added.data();
    assert_eq!(grouper.get(&path).await.data()["plans"][0]["id"], plan);
    grouper.get("/plans").await.refused(403, "forbidden");
}

#[tokio::test]
async fn new_key_may_do_no_more_than_its_maker() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let own = with_keys(json!({"plan": ["read", "write"], "feature": ["read"]}));
    let (_, maker) = restricted(&owner, own.clone()).await;
    let more = |permissions: Value| json!({"expiresInDays": 7, "permissions": permissions});
    for permissions in [
        json!({}),
        json!({"plan": ["read"]}),
        json!({"plan": ["read", "write"]}),
        json!({"feature": ["read"], "api_key": ["read"]}),
        own,
    ] {
        let made = create(&maker, more(permissions.clone())).await;
        assert_eq!(made.data()["permissions"], permissions);
    }
    let before = ids(&owner.get("/api-keys").await);
    for permissions in [
        json!({"feature": ["read", "write"]}),
        json!({"plan_group": ["read"]}),
        json!({"plan": ["read"], "plan_group": ["read"]}),
    ] {
        let refused = create(&maker, more(permissions)).await;
        refused.refused(403, "forbidden");
    }
    // Full access exceeds any list of permissions.
    let (_, all) = restricted(
        &owner,
        with_keys(json!({
            "plan": ["read", "write"], "feature": ["read", "write"], "plan_group": ["read", "write"],
        })),
    )
    .await;
    create(&all, json!({"expiresInDays": 7}))
        .await
        .refused(403, "forbidden");
    // Errors in the request itself are reported first.
    create(&maker, more(json!({"plan_group": ["write"]})))
        .await
        .invalid(&["permissions.plan_group"]);
    assert_eq!(ids(&owner.get("/api-keys").await).len(), before.len() + 1);
}

#[tokio::test]
async fn new_key_does_not_outlive_its_maker() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let (_, maker) = restricted(&owner, with_keys(json!({}))).await;
    let of_days = |days: u32| json!({"expiresInDays": days, "permissions": {}});
    create(&maker, of_days(29)).await.data();
    for more in [of_days(31), of_days(365), json!({"permissions": {}})] {
        create(&maker, more).await.refused(403, "forbidden");
    }
    assert_eq!(ids(&owner.get("/api-keys").await).len(), 3);
    // The keys that a full-access key creates may outlive it.
    let short = create(&owner, json!({"expiresInDays": 1})).await;
    let short = owner.with_key(short.text("apiKey"));
    create(&short, of_days(365)).await.data();
}

#[tokio::test]
async fn stronger_key_cannot_be_revoked() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let own = with_keys(json!({"plan": ["read"]}));
    let (maker_id, maker) = restricted(&owner, own.clone()).await;
    let full = create(&owner, json!({})).await.id().to_owned();
    let (stronger, _) = restricted(&owner, json!({"plan": ["read", "write"]})).await;
    let (other, _) = restricted(&owner, json!({"feature": ["read"]})).await;
    for id in [&full, &stronger, &other] {
        revoke(&maker, id).await.refused(403, "forbidden");
        revoke(&owner, id).await.data();
        revoke(&maker, id).await.refused(404, "api_key_not_found");
    }
    for permissions in [own, json!({"plan": ["read"]}), json!({})] {
        let (id, key) = restricted(&owner, permissions).await;
        revoke(&maker, &id).await.data();
        key.get("/currencies").await.refused(401, "unauthorized");
    }
    revoke(&maker, &maker_id)
        .await
        .refused(409, "api_key_in_use");
    // A key of another catalog is not found, whatever it may do.
    let elsewhere = server.actor("rival", Mode::Sandbox).await;
    let foreign = create(&elsewhere, json!({})).await;
    let refused = revoke(&maker, foreign.id()).await;
    refused.refused(404, "api_key_not_found");
}

async fn keyed(actor: &Actor, path: &str, body: &Value) -> Reply {
    let request = actor.request(Method::POST, path);
    let request = request.header("idempotency-key", "one").json(body);
    actor.send(request).await
}

#[tokio::test]
async fn replay_needs_the_permission() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let body = json!({"name": "Teams"});
    let first = keyed(&owner, "/plan-groups", &body).await;
    first.data();
    let (_, reader) = restricted(&owner, json!({"plan_group": ["read"]})).await;
    let (_, writer) = restricted(&owner, json!({"plan_group": ["read", "write"]})).await;
    keyed(&reader, "/plan-groups", &body)
        .await
        .refused(403, "forbidden");
    let again = keyed(&writer, "/plan-groups", &body).await;
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    assert_eq!(again.body, first.body);
}

#[tokio::test]
async fn replay_of_a_stronger_new_key_is_refused() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let body = json!({"name": "Page", "expiresInDays": 7, "permissions": {"plan": ["read"]}});
    let first = keyed(&owner, "/api-keys", &body).await;
    let (_, weaker) = restricted(&owner, with_keys(json!({}))).await;
    let (_, equal) = restricted(&owner, with_keys(json!({"plan": ["read"]}))).await;
    keyed(&weaker, "/api-keys", &body)
        .await
        .refused(403, "forbidden");
    let again = keyed(&equal, "/api-keys", &body).await;
    assert_eq!(again.id(), first.id());
    assert_eq!(again.data()["permissions"], json!({"plan": ["read"]}));
    assert_eq!(again.text("apiKey"), first.text("prefix"));
}

#[tokio::test]
async fn a_secret_with_another_start_is_another_secret() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let (_, page) = restricted(&owner, json!({"plan": ["read"]})).await;
    page.get("/plans").await.data();
    for (actor, start, other) in [(&page, "rk_", "ck_"), (&owner, "ck_", "rk_")] {
        let swapped = actor.key().replace(start, other);
        let swapped = actor.with_key(&swapped);
        swapped.get("/plans").await.refused(401, "unauthorized");
    }
}
