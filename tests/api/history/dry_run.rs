//! Dry runs: writes that are carried out and rolled back.

use super::*;
use crate::api::preconditions::{self, writes_of_catalogs};

/// The same path with `dryRun`.
fn dry(path: &str) -> String {
    format!("{path}?dryRun=true")
}

/// A copy in which ids, secrets and times that were not known before are alike.
fn without_news(value: &Value, known: &str) -> Value {
    match value {
        Value::Object(object) => {
            let fields = object.iter();
            let fields = fields.map(|(name, value)| (name.clone(), without_news(value, known)));
            Value::Object(fields.collect())
        }
        Value::Array(items) => {
            let items = items.iter();
            items.map(|item| without_news(item, known)).collect()
        }
        Value::String(text) if is_news(text) && !known.contains(text.as_str()) => json!("new"),
        other => other.clone(),
    }
}

/// Whether a text can only have been made by the server.
fn is_news(text: &str) -> bool {
    let is_time = text.len() == 24 && text.ends_with('Z') && text.as_bytes()[10] == b'T';
    is_id(text)
        || is_time
        || ["ck_", "rk_", "pk_"]
            .iter()
            .any(|kind| text.starts_with(kind))
}

/// A reply to a dry run without what it found, and what it found.
#[track_caller]
fn parted(reply: &Reply) -> (Value, Value) {
    reply.data();
    assert_eq!(reply.header("pricebook-dry-run"), Some("true"));
    let mut body = reply.body.clone();
    let found = body.as_object_mut().and_then(|body| body.remove("dryRun"));
    (body, found.expect("what it found"))
}

#[tokio::test]
async fn every_write_can_be_tried() {
    let server = TestServer::start().await;
    for operation in writes_of_catalogs() {
        let id = operation.id.as_str();
        let shop = preconditions::Shop::of(&server, id).await;
        let owner = &shop.owner;
        let path = shop.path(operation, None);
        let (before, revision) = (server.database.dump().await, head(owner).await);
        let known = before.join("\n");
        let request = shop.request(operation, &dry(&path));
        let request = request.header("change-note", "a try");
        let (tried, found) = parted(&owner.send(request).await);
        assert_eq!(server.database.dump().await, before, "{id}");
        assert_eq!(found["applied"], false, "{id}");
        assert_eq!(found["revision"], revision, "{id}");
        assert_ne!(found["changes"], json!([]), "{id}");
        let made = owner.send(shop.request(operation, &path)).await;
        made.data();
        assert_eq!(made.header("pricebook-dry-run"), None, "{id}");
        assert_eq!(head(owner).await, revision + 1, "{id}");
        let mut pair = [tried, made.body];
        if id == "revert-change" {
            // The answer is the change itself, with the request that made it.
            for body in &mut pair {
                let request = body["data"]["requestId"].take();
                assert!(request.is_string());
                body["data"]["note"] = Value::Null;
            }
        }
        let [tried, made] = pair.map(|body| without_news(&body, &known));
        assert_eq!(tried, made, "{id}");
        let change = newest(owner).await;
        assert_eq!(
            without_news(&found["changes"], &known),
            without_news(&change["objects"], &known),
            "{id}"
        );
    }
}

#[tokio::test]
async fn a_try_may_be_repeated_and_is_read_by_nobody() {
    let shop = Shop::open().await;
    let path = dry(&format!("/plans/pro/prices/{}", shop.price));
    let (before, shown) = (head(&shop.owner).await, shop.show().await);
    for _ in 0..2 {
        let tried = shop.owner.put(&path, json!({"price": 9900})).await;
        assert_eq!(tried.data()["price"], 9900);
        let lines = told(&tried.body["dryRun"]["changes"]);
        assert_eq!(
            lines,
            ["updated plan pro", "prices[monthly].price: 4900 → 9900"]
        );
    }
    assert_eq!(shop.show().await, shown);
    assert_eq!(head(&shop.owner).await, before);
}

#[tokio::test]
async fn a_try_of_nothing_finds_nothing() {
    let shop = Shop::open().await;
    let update = json!({"name": "pro"});
    let tried = shop.owner.put(&dry("/plans/pro/manage"), update).await;
    let (_, found) = parted(&tried);
    let revision = head(&shop.owner).await;
    let expected = json!({"applied": false, "revision": revision, "changes": [], "findings": []});
    assert_eq!(found, expected);
}

#[tokio::test]
async fn a_try_is_refused_like_the_call() {
    let shop = Shop::open().await;
    let owner = &shop.owner;
    shop.add_calls(20).await.data();
    let monthly = json!({"billingInterval": "monthly", "price": 1});
    let price = format!("/plans/pro/prices/{}", shop.price);
    owner.make_price("pro", "yearly", 1, json!({})).await;
    let before = shop.server.database.dump().await;
    for (method, path, body) in [
        (Method::POST, "/plans/manage", json!({"name": "Pro"})),
        (
            Method::POST,
            "/plans/manage",
            json!({"name": "Pro", "code": "pro"}),
        ),
        (Method::PUT, "/plans/none/manage", json!({"name": "Pro"})),
        (Method::PUT, "/plans/pro/manage", json!({"color": "red"})),
        (Method::POST, "/plans/pro/prices", monthly),
        (
            Method::POST,
            "/plans/pro/features",
            json!({"featureId": "none"}),
        ),
        (
            Method::POST,
            "/plans/pro/features",
            json!({"featureId": "calls"}),
        ),
        (Method::DELETE, "/features/calls/manage", Value::Null),
        (Method::PUT, price.as_str(), json!({"isDefault": false})),
        (
            Method::PUT,
            price.as_str(),
            json!({"billingInterval": "weekly"}),
        ),
        (Method::DELETE, "/plans/pro/regional/jpy", Value::Null),
        (Method::POST, "/changes/99/revert", json!({})),
        (Method::POST, "/changes/1/revert", json!({})),
        (Method::PUT, "/plan-groups/none", json!({"name": "Teams"})),
    ] {
        let send = async |path: &str| {
            let request = owner.request(method.clone(), path);
            match &body {
                Value::Null => owner.send(request).await,
                body => owner.send(request.json(body)).await,
            }
        };
        let (tried, real) = (send(&dry(path)).await, send(path).await);
        assert!(real.status >= 400, "{path}: {}", real.body);
        assert_eq!(
            (tried.status, &tried.body),
            (real.status, &real.body),
            "{path}"
        );
    }
    let conditional = async |path: &str, tag: &str| {
        let request = owner.request(Method::PUT, path).header("if-match", tag);
        owner.send(request.json(&json!({"name": "Other"}))).await
    };
    let path = "/plans/pro/manage";
    let (tried, real) = (
        conditional(&dry(path), "\"other\"").await,
        conditional(path, "\"other\"").await,
    );
    real.refused(412, "precondition_failed");
    assert_eq!(tried.body, real.body);
    assert_eq!(shop.server.database.dump().await, before);
    let tag = owner.get("/plans/pro").await;
    let tag = tag.header("etag").expect("a tag");
    parted(&conditional(&dry(path), tag).await);
    conditional(path, tag).await.data();
}

#[tokio::test]
async fn a_try_leaves_idempotency_alone() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let send = async |path: &str, name: &str| {
        let request = owner.request(Method::POST, path);
        let request = request.header("idempotency-key", "one");
        owner.send(request.json(&json!({"name": name}))).await
    };
    let before = server.database.dump().await;
    parted(&send(&dry("/plan-groups"), "Tried").await);
    assert_eq!(server.database.dump().await, before);
    let made = send("/plan-groups", "Teams").await;
    made.data();
    assert_eq!(made.header("idempotency-replayed"), None);
    // The record of the real call is not read either.
    let tried = send(&dry("/plan-groups"), "Others").await;
    assert_eq!(parted(&tried).0["data"]["name"], "Others");
    let again = send("/plan-groups", "Teams").await;
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    assert_eq!(again.body, made.body);
}

#[tokio::test]
async fn no_secret_is_made_by_a_try() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let tried = owner.post(&dry("/api-keys"), json!({"name": "CI"})).await;
    let (body, _) = parted(&tried);
    assert_eq!(body["data"]["apiKey"], body["data"]["prefix"]);
    assert_eq!(
        text(&body["data"]["apiKey"]).len(),
        tried.text("prefix").len()
    );
    let keys = owner.get("/api-keys").await;
    assert_eq!(keys.data().as_array().expect("keys").len(), 1);
}

#[tokio::test]
async fn what_a_key_may_not_read_is_cut() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let group = owner.post("/plan-groups", json!({"name": "Teams"})).await;
    let group = format!("/plan-groups/{}", group.id());
    owner.make_plan("pro", json!({})).await;
    owner
        .post(&format!("{group}/plans"), json!({"planId": "pro"}))
        .await
        .data();
    let types = async |actor: &Actor| {
        let (_, found) = parted(&actor.delete(&dry(&group)).await);
        let changes = found["changes"].as_array().expect("changes").clone();
        let types = changes
            .iter()
            .map(|object| text(&object["objectType"]).to_owned());
        types.collect::<Vec<_>>()
    };
    assert_eq!(types(&owner).await, ["plan_group", "plan"]);
    let of_groups = json!({"plan_group": ["read", "write"]});
    let of_groups = with_permissions(&owner, of_groups).await;
    assert_eq!(types(&of_groups).await, ["plan_group"]);
    let both = json!({"plan_group": ["read", "write"], "plan": ["read"]});
    let both = with_permissions(&owner, both).await;
    assert_eq!(types(&both).await, ["plan_group", "plan"]);
    let reader = with_permissions(&owner, json!({"plan_group": ["read"]})).await;
    reader.delete(&dry(&group)).await.refused(403, "forbidden");
}

#[tokio::test]
async fn the_switch_is_for_writes_and_true_or_false() {
    let shop = Shop::open().await;
    let owner = &shop.owner;
    for wrong in [
        "dryRun=maybe",
        "dryRun=",
        "dryRun=TRUE",
        "dryRun=true&dryRun=true",
    ] {
        let path = format!("/plan-groups?{wrong}");
        owner
            .post(&path, json!({"name": "A"}))
            .await
            .invalid(&["dryRun"]);
        owner
            .post(&path, json!({}))
            .await
            .invalid(&["name", "dryRun"]);
        let path = format!("/features/calls/manage?{wrong}");
        owner.delete(&path).await.invalid(&["dryRun"]);
    }
    for path in [
        "/plans",
        "/plans/pro",
        "/changes",
        "/currencies",
        "/features/calls",
    ] {
        owner.get(&dry(path)).await.invalid(&["dryRun"]);
    }
    let made = owner
        .post("/plan-groups?dryRun=false", json!({"name": "A"}))
        .await;
    made.data();
    assert_eq!(made.header("pricebook-dry-run"), None);
    assert!(made.body.get("dryRun").is_none());
    owner
        .get(&format!("/plan-groups/{}", made.id()))
        .await
        .data();
}
