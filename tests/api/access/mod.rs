//! Authorization: every operation without a key, with a wrong key, with another organization's key,
//! with the other mode's key, and with restricted keys.

use pricebook::domain::scope::Mode;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::contract::OPERATIONS;
use crate::support::{Actor, Reply, TestServer};

mod cases;
mod restricted;
mod scopes;

use cases::cases;

/// The owner's objects, which others try to reach.
struct Catalog {
    plan: String,
    price: String,
    feature: String,
    other_feature: String,
    group: String,
    key: String,
    /// The revision of the change that added the price.
    revision: i64,
    changeset: String,
    /// The digest of the changeset.
    digest: String,
}

/// A call of an operation that succeeds for the owner.
struct Case {
    operation: &'static str,
    method: Method,
    path: fn(&Catalog) -> String,
    body: fn(&Catalog) -> Value,
    /// The outcome of the call with another scope's key.
    elsewhere: Elsewhere,
}

/// The outcome of a call from a scope that does not contain the named object.
enum Elsewhere {
    /// The object is not found.
    NotFound(&'static str),
    /// The caller's own list, without the owner's objects.
    OwnList,
    /// A new object in the caller's own scope.
    Creates,
    /// The same answer for everyone.
    Public,
}

async fn call(actor: &Actor, case: &Case, catalog: &Catalog) -> Reply {
    let request = actor.request(case.method.clone(), &(case.path)(catalog));
    match (case.body)(catalog) {
        Value::Null => actor.send(request).await,
        body => actor.send(request.json(&body)).await,
    }
}

/// A document with a feature that the owner does not have yet.
fn document() -> Value {
    let feature = json!({"name": "Planned secret", "type": "usage"});
    json!({"pricebook": 1, "features": {"planned": feature}})
}

async fn fill(owner: &Actor) -> Catalog {
    let feature = async |code: &str| {
        let body = json!({"name": "Secret", "code": code, "type": "usage"});
        owner.post("/features/manage", body).await.id().to_owned()
    };
    let (of_plan, other_feature) = (feature("of_plan").await, feature("other").await);
    let group = owner
        .post("/plan-groups", json!({"name": "Secret"}))
        .await
        .id()
        .to_owned();
    let plan = json!({"name": "Secret", "code": "secret", "isPublic": false});
    let plan = owner.post("/plans/manage", plan).await.id().to_owned();
    owner
        .post(
            &format!("/plans/{plan}/features"),
            json!({"featureId": of_plan}),
        )
        .await
        .data();
    let price = json!({"billingInterval": "monthly", "price": 4900});
    let price = owner
        .post(&format!("/plans/{plan}/prices"), price)
        .await
        .id()
        .to_owned();
    let log = owner.get("/changes?limit=1").await;
    let revision = log.body["head"].as_i64().expect("a revision");
    let key = owner
        .post("/api-keys", json!({"name": "Secret", "permissions": {}}))
        .await
        .id()
        .to_owned();
    let source = json!({"document": document()});
    let changeset = owner.post("/changesets", json!({"source": source})).await;
    Catalog {
        changeset: changeset.id().to_owned(),
        digest: changeset.text("digest").to_owned(),
        plan,
        price,
        feature: of_plan,
        other_feature,
        group,
        key,
        revision,
    }
}

#[test]
fn every_operation_has_a_case() {
    let cases = cases();
    let mut known: Vec<_> = cases.iter().map(|case| case.operation).collect();
    let mut wanted: Vec<_> = OPERATIONS
        .iter()
        .map(|operation| operation.id.as_str())
        .collect();
    known.sort_unstable();
    wanted.sort_unstable();
    assert_eq!(
        known, wanted,
        "every operation of the document must have one case in tests/api/access/cases.rs: how its owner calls \
         it, and what a caller from another scope gets"
    );
    for case in &cases {
        let operation = OPERATIONS
            .iter()
            .find(|operation| operation.id == case.operation);
        assert_eq!(
            operation.map(|operation| &operation.method),
            Some(&case.method),
            "{}",
            case.operation
        );
    }
}

/// Fills the owner's catalog so that the case succeeds.
async fn fill_for(owner: &Actor, case: &Case) -> Catalog {
    let catalog = fill(owner).await;
    if case.operation.ends_with("-plan-regional-pricing") {
        let path = format!("/plans/{}/regional", catalog.plan);
        let rate = json!({"currency": "jpy", "exchangeRate": 150});
        owner.put(&path, rate).await.data();
    }
    if matches!(
        case.operation,
        "remove-plan-from-group" | "reorder-plans-in-group"
    ) {
        let path = format!("/plan-groups/{}/plans", catalog.group);
        let plan = json!({"planId": catalog.plan});
        owner.post(&path, plan).await.data();
    }
    catalog
}

/// Everything that the owner can see.
async fn snapshot(owner: &Actor) -> Vec<Value> {
    let mut seen = Vec::new();
    for path in [
        "/plans?includePrivate=true",
        "/features",
        "/plan-groups",
        "/api-keys",
        "/changes?limit=100",
        "/changesets?limit=100",
    ] {
        let mut data = owner.get(path).await.data().clone();
        // The last use of a key is not part of the catalog.
        for item in data.as_array_mut().into_iter().flatten() {
            item.as_object_mut()
                .and_then(|item| item.remove("lastUsedAt"));
        }
        seen.push(data);
    }
    seen
}
