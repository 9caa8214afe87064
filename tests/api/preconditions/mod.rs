//! `If-Match`: a write succeeds only if the object in its path is still as the client saw it.

use pricebook::domain::scope::Mode;
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use crate::support::contract::{OPERATIONS, Operation};
use crate::support::{Actor, Reply, TestServer, let_the_clock_move};

mod every_write;

/// A tag that no state has.
const STALE: &str = "\"00000000000000000000000000000000\"";

/// A call with one `If-Match` header for each tag; with a null body it sends none.
async fn matching(
    actor: &Actor,
    method: &Method,
    path: &str,
    body: &Value,
    values: &[&str],
) -> Reply {
    let mut request = actor.request(method.clone(), path);
    for value in values {
        request = request.header("if-match", *value);
    }
    match body {
        Value::Null => actor.send(request).await,
        body => actor.send(request.json(body)).await,
    }
}

async fn put(actor: &Actor, path: &str, body: Value, value: &str) -> Reply {
    matching(actor, &Method::PUT, path, &body, &[value]).await
}

async fn post(actor: &Actor, path: &str, body: Value, value: &str) -> Reply {
    matching(actor, &Method::POST, path, &body, &[value]).await
}

async fn tag_of(actor: &Actor, path: &str) -> String {
    let shown = actor.get(path).await;
    shown.data();
    shown.header("etag").expect("a tag").to_owned()
}

/// Checks that a call was refused for its precondition, and returns the current tag.
#[track_caller]
fn stale(reply: &Reply) -> &str {
    reply.refused(412, "precondition_failed");
    let error = &reply.body["error"];
    assert!(error.get("param").is_none(), "{error}");
    error["details"]["etag"].as_str().expect("a tag")
}

#[tokio::test]
async fn the_tag_of_every_coding_counts() {
    let server = TestServer::start().await;
    let other = TestServer::on(server.database.clone()).await;
    let shop = Shop::of(&server, "acme").await;
    let large = json!({"metadata": {"text": "a".repeat(3000)}, "description": "b".repeat(1500)});
    shop.owner.put("/plans/pro/manage", large).await.data();
    for code in ["calls", "seats"] {
        let large = json!({"description": "c".repeat(1500)});
        let path = format!("/features/{code}/manage");
        shop.owner.put(&path, large).await.data();
    }
    let group = format!("/plan-groups/{}", shop.group);
    let large = json!({"description": "d".repeat(1500)});
    shop.owner.put(&group, large).await.data();
    let id = shop.owner.show_plan("pro").await["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let by_id = format!("/plans/{id}");
    for (shown, written) in [
        ("/plans/pro", "/plans/pro/manage"),
        (by_id.as_str(), "/plans/pro/manage"),
        ("/plans/pro", "/plans/%70ro/manage"),
        ("/features/calls", "/features/calls/manage"),
        (group.as_str(), group.as_str()),
    ] {
        for coding in ["identity", "gzip", "zstd"] {
            let request = shop.owner.request(Method::GET, shown);
            let request = request.header("accept-encoding", coding);
            let response = request.send().await.unwrap();
            let sent = response.headers().get("content-encoding");
            let sent = sent.map_or("identity", |sent| sent.to_str().unwrap());
            assert_eq!(sent, coding, "{shown}");
            let tag = response.headers()["etag"].to_str().unwrap().to_owned();
            assert_eq!(tag.contains('-'), coding != "identity", "{tag}");
            for owner in [&shop.owner, &shop.owner.at(&other.base)] {
                // The update changes nothing, so the state stays.
                let name = owner.get(shown).await.text("name").to_owned();
                let list = format!("{STALE} , {tag}");
                put(owner, written, json!({"name": name}), &list)
                    .await
                    .data();
            }
        }
    }
}

#[tokio::test]
async fn conditions_come_after_what_is_not_there() {
    let server = TestServer::start().await;
    let shop = Shop::of(&server, "acme").await;
    let owner = &shop.owner;
    let price = format!("prc_{}", "0".repeat(32));
    let group = format!("/plan-groups/{}", shop.group);
    let prices = "/plans/pro/prices";
    for (reply, code) in [
        (
            put(
                owner,
                &format!("{prices}/{price}"),
                json!({"price": 1}),
                STALE,
            )
            .await,
            "price_not_found",
        ),
        (
            post(
                owner,
                "/plans/pro/features",
                json!({"featureId": "none"}),
                STALE,
            )
            .await,
            "feature_not_found",
        ),
        (
            post(
                owner,
                &format!("{group}/plans"),
                json!({"planId": "none"}),
                STALE,
            )
            .await,
            "plan_not_found",
        ),
    ] {
        reply.refused(404, code);
    }
    // Another organization's plan is not found either.
    let stranger = server.actor("other", Mode::Sandbox).await;
    for value in ["*", STALE] {
        let reply = put(&stranger, "/plans/pro/manage", json!({"name": "X"}), value).await;
        reply.refused(404, "plan_not_found");
    }
    // The schema of the body is checked first.
    let reply = post(owner, prices, json!({"price": 1}), STALE).await;
    reply.invalid(&["billingInterval"]);
    let reply = post(owner, prices, json!({"price": 1}), "pro").await;
    reply.invalid(&["billingInterval", "If-Match"]);
    let reply = put(owner, "/features/none/manage", json!({}), STALE).await;
    reply.invalid(&["name"]);
    let reply = put(owner, "/features/calls/manage", json!({}), STALE).await;
    reply.invalid(&["name"]);
}

#[tokio::test]
async fn conditions_come_before_rules_and_conflicts() {
    let server = TestServer::start().await;
    let shop = Shop::of(&server, "acme").await;
    let owner = &shop.owner;
    let free = json!({"currency": "clp", "exchangeRate": 0.0001});
    let twice = json!({"billingInterval": "monthly", "price": 1});
    let tag = tag_of(owner, "/plans/pro").await;
    let reply = put(owner, "/plans/pro/regional", free.clone(), STALE).await;
    assert_eq!(stale(&reply), tag);
    let reply = put(owner, "/plans/pro/regional", free, &tag).await;
    assert_eq!(reply.status, 400, "{}", reply.body);
    let reply = post(owner, "/plans/pro/prices", twice.clone(), STALE).await;
    assert_eq!(stale(&reply), tag);
    let reply = post(owner, "/plans/pro/prices", twice, &tag).await;
    reply.refused(409, "duplicate");
    let spare = matching(
        owner,
        &Method::DELETE,
        "/features/calls/manage",
        &Value::Null,
        &[STALE],
    );
    stale(&spare.await);
    assert_eq!(tag_of(owner, "/plans/pro").await, tag);
}

#[tokio::test]
async fn a_replay_comes_before_its_condition() {
    let server = TestServer::start().await;
    let shop = Shop::of(&server, "acme").await;
    let call = async |name: &str, value: &str| {
        let request = shop.owner.request(Method::PUT, "/plans/pro/manage");
        let request = request.header("idempotency-key", "one");
        let request = request.header("if-match", value);
        shop.owner.send(request.json(&json!({"name": name}))).await
    };
    let tag = tag_of(&shop.owner, "/plans/pro").await;
    // A refused call is not recorded.
    stale(&call("Other", STALE).await);
    let first = call("Other", &tag).await;
    assert_eq!(first.text("name"), "Other");
    assert_eq!(first.header("idempotency-replayed"), None);
    for value in [tag.as_str(), STALE, "*"] {
        let again = call("Other", value).await;
        assert_eq!(again.header("idempotency-replayed"), Some("true"));
        assert_eq!(again.body, first.body);
    }
    let mismatch = call("Third", STALE).await;
    mismatch.refused(409, "idempotency_key_mismatch");
    let malformed = call("Other", "other").await;
    malformed.invalid(&["If-Match"]);
}

#[tokio::test]
async fn the_details_lead_to_the_next_try() {
    let server = TestServer::start().await;
    let shop = Shop::of(&server, "acme").await;
    let name = async |name: &str, value: &str| {
        put(
            &shop.owner,
            "/plans/pro/manage",
            json!({"name": name}),
            value,
        )
        .await
    };
    let first = name("One", STALE).await;
    name("One", stale(&first)).await.data();
    // The plan shows its group and features, so a change there is a new state of the plan.
    let tag = tag_of(&shop.owner, "/plans/pro").await;
    let renamed = json!({"name": "Renamed"});
    shop.owner
        .put("/features/calls/manage", renamed)
        .await
        .data();
    let second = name("Two", &tag).await;
    assert_ne!(stale(&second), tag);
    let revision = |reply: &Reply| reply.body["error"]["details"]["revision"].as_i64();
    assert_eq!(revision(&second), revision(&first).map(|first| first + 2));
    assert_eq!(revision(&name("Two", &tag).await), revision(&second));
    // A change of another plan does not affect it.
    let tag = tag_of(&shop.owner, "/plans/pro").await;
    let elsewhere = json!({"name": "Elsewhere"});
    shop.owner.put("/plans/lone/manage", elsewhere).await.data();
    name("Two", &tag).await.data();
}

/// A catalog in which every write succeeds.
pub struct Shop {
    pub owner: Actor,
    price: String,
    group: String,
    key: String,
    /// A revision whose change can be taken back.
    revision: i64,
    changeset: String,
    /// The digest of the changeset.
    digest: String,
}

impl Shop {
    pub async fn of(server: &TestServer, organization: &str) -> Self {
        let owner = server.actor(organization, Mode::Sandbox).await;
        for code in ["calls", "seats", "spare"] {
            owner.make_feature(code, "usage").await;
        }
        let group = owner.post("/plan-groups", json!({"name": "Teams"})).await;
        let group = group.id().to_owned();
        for code in ["pro", "max"] {
            owner.make_plan(code, json!({"planGroupId": group})).await;
        }
        owner.make_plan("lone", json!({})).await;
        let calls = json!({"featureId": "calls", "overage": {"enabled": true, "unitPrice": 20}});
        owner.post("/plans/pro/features", calls).await.data();
        owner.make_price("pro", "monthly", 4900, json!({})).await;
        let price = owner.make_price("pro", "yearly", 49000, json!({})).await;
        let key = owner.post("/api-keys", json!({"name": "Page"})).await;
        let manual = json!({
            "currency": "jpy",
            "exchangeRate": 150,
            "prices": [{"priceId": price, "price": 7000}],
        });
        owner.put("/plans/pro/regional", manual).await.data();
        let_the_clock_move().await;
        let log = owner.get("/changes?limit=1").await;
        let changeset = owner.post("/changesets", planned()).await;
        Self {
            changeset: changeset.id().to_owned(),
            digest: changeset.text("digest").to_owned(),
            revision: log.body["head"].as_i64().expect("a revision"),
            key: key.id().to_owned(),
            owner,
            price,
            group,
        }
    }

    /// The path of an operation, with the name of another object if `of` is given.
    pub fn path(&self, operation: &Operation, of: Option<&str>) -> String {
        let feature = match operation.id.as_str() {
            "delete-feature" => "spare",
            _ => "calls",
        };
        let own = match operation.path.split('/').nth(1) {
            Some("plan-groups") => &self.group,
            Some("api-keys") => &self.key,
            Some("changesets") => &self.changeset,
            _ => "pro",
        };
        let path = operation.path.replace("{id}", of.unwrap_or(own));
        path.replace("{code}", of.unwrap_or(feature))
            .replace("{featureId}", "calls")
            .replace("{priceId}", &self.price)
            .replace("{currency}", "jpy")
            .replace("{planId}", "pro")
            .replace("{revision}", &self.revision.to_string())
    }

    /// The call of an operation at a path.
    pub fn request(&self, operation: &Operation, path: &str) -> RequestBuilder {
        let request = self.owner.request(operation.method.clone(), path);
        match self.body(operation) {
            Value::Null => request,
            body => request.json(&body),
        }
    }

    /// The path that reads the object of an operation.
    fn target(&self, operation: &Operation) -> Option<String> {
        let path = self.path(operation, None);
        let segments: Vec<_> = path.split('/').collect();
        let is_named = operation.path.split('/').nth(2)?.starts_with('{');
        let collections = ["plans", "features", "plan-groups"];
        (is_named && collections.contains(&segments[1]))
            .then(|| format!("/{}/{}", segments[1], segments[2]))
    }

    async fn send(&self, operation: &Operation, path: &str, values: &[&str]) -> Reply {
        let body = self.body(operation);
        matching(&self.owner, &operation.method, path, &body, values).await
    }

    /// A body with which an operation changes the object in its path.
    fn body(&self, operation: &Operation) -> Value {
        match operation.id.as_str() {
            "apply-changeset" => json!({"digest": self.digest}),
            _ => body(operation),
        }
    }

    /// Everything that the catalog shows.
    async fn everything(&self) -> Vec<Value> {
        let mut shown = Vec::new();
        for path in ["/plans?includePrivate=true", "/features", "/plan-groups"] {
            shown.push(self.owner.get(path).await.data().clone());
        }
        shown
    }
}

/// A changeset that makes a feature.
fn planned() -> Value {
    let feature = json!({"name": "Planned", "type": "usage"});
    json!({"source": {"document": {"pricebook": 1, "features": {"planned": feature}}}})
}

/// A body with which an operation changes the object in its path.
fn body(operation: &Operation) -> Value {
    match operation.id.as_str() {
        "create-plan" => json!({"name": "New", "code": "new"}),
        "create-feature" => json!({"name": "New", "code": "new", "type": "usage"}),
        "create-changeset" => planned(),
        "create-plan-group" | "create-api-key" => json!({"name": "New"}),
        "update-plan" | "update-feature" | "update-plan-group" => json!({"name": "Other"}),
        "set-plan-visibility" => json!({"isPublic": false}),
        "add-plan-feature" => json!({"featureId": "seats"}),
        "update-plan-feature" => json!({"includedAmount": 7}),
        "add-plan-price" => json!({"billingInterval": "weekly", "price": 1900}),
        "update-plan-price" => json!({"price": 50000}),
        "set-plan-regional-pricing" => json!({"currency": "krw", "exchangeRate": 1380.5}),
        "resync-plan-regional-pricing" | "revert-change" => json!({}),
        "upsert-regional-prices" => json!({"overrides": [{"currency": "jpy", "price": 7500}]}),
        "add-plan-to-group" => json!({"planId": "lone"}),
        "reorder-plans-in-group" => json!({"planIds": ["max", "pro"]}),
        _ if operation.object["requestBody"].is_object() => {
            panic!(
                "{} needs a body that succeeds, in `body` of tests/api/preconditions/mod.rs",
                operation.id
            )
        }
        _ => Value::Null,
    }
}

/// Every operation that writes.
pub fn writes() -> impl Iterator<Item = &'static Operation> {
    OPERATIONS
        .iter()
        .filter(|operation| operation.method != Method::GET)
}

/// Every operation that changes a catalog. Making and discarding a changeset does not.
pub fn writes_of_catalogs() -> impl Iterator<Item = &'static Operation> {
    let keeps = ["create-changeset", "discard-changeset"];
    writes().filter(move |operation| !keeps.contains(&operation.id.as_str()))
}

fn takes_if_match(operation: &Operation) -> bool {
    let parameters = operation.object["parameters"].as_array();
    parameters
        .into_iter()
        .flatten()
        .any(|parameter| parameter["name"] == "If-Match" && parameter["in"] == "header")
}
