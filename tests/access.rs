//! Who may do what: every operation with no key, a wrong key, another organization's key, the other
//! mode's key, and restricted keys.

use pricebook::domain::scope::Mode;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::contract::OPERATIONS;
use crate::support::{Actor, Reply, TestServer};

/// What the owner has, for others to try.
struct Catalog {
    plan: String,
    price: String,
    feature: String,
    other_feature: String,
    group: String,
    key: String,
}

/// How to call an operation so that it would succeed for the owner.
struct Case {
    operation: &'static str,
    method: Method,
    path: fn(&Catalog) -> String,
    body: fn(&Catalog) -> Value,
    /// What somebody else's key gets.
    elsewhere: Elsewhere,
}

/// What a call gets from a scope that does not have what it names.
enum Elsewhere {
    /// Nothing is there.
    NotFound(&'static str),
    /// The scope's own list, without anything of the owner's.
    OwnList,
    /// It makes something in the caller's own scope.
    Creates,
    /// It is the same for everybody.
    Public,
}

fn none(_: &Catalog) -> Value {
    Value::Null
}

macro_rules! case {
    ($operation:literal, $method:ident, $path:expr, $body:expr, $elsewhere:expr) => {
        Case {
            operation: $operation,
            method: Method::$method,
            path: $path,
            body: $body,
            elsewhere: $elsewhere,
        }
    };
}

/// One case for every operation. If a test says that an operation is missing here: add how to
/// call it, and what somebody who may not see the owner's catalog gets.
fn cases() -> Vec<Case> {
    use Elsewhere::{Creates, NotFound, OwnList, Public};
    let plan = "plan_not_found";
    let group = "plan_group_not_found";
    vec![
        case!(
            "list-plans",
            GET,
            |_| "/plans?includePrivate=true".into(),
            none,
            OwnList
        ),
        case!(
            "get-plan",
            GET,
            |c| format!("/plans/{}", c.plan),
            none,
            NotFound(plan)
        ),
        case!(
            "create-plan",
            POST,
            |_| "/plans/manage".into(),
            |_| json!({"name": "X", "code": "x"}),
            Creates
        ),
        case!(
            "update-plan",
            PUT,
            |c| format!("/plans/{}/manage", c.plan),
            |_| json!({"name": "X"}),
            NotFound(plan)
        ),
        case!(
            "delete-plan",
            DELETE,
            |c| format!("/plans/{}/manage", c.plan),
            none,
            NotFound(plan)
        ),
        case!(
            "set-plan-visibility",
            PUT,
            |c| format!("/plans/{}/visibility", c.plan),
            |_| json!({"isPublic": false}),
            NotFound(plan)
        ),
        case!(
            "add-plan-feature",
            POST,
            |c| format!("/plans/{}/features", c.plan),
            |c| json!({"featureId": c.other_feature}),
            NotFound(plan)
        ),
        case!(
            "update-plan-feature",
            PUT,
            |c| format!("/plans/{}/features/{}", c.plan, c.feature),
            |_| json!({"enabled": false}),
            NotFound(plan)
        ),
        case!(
            "remove-plan-feature",
            DELETE,
            |c| format!("/plans/{}/features/{}", c.plan, c.feature),
            none,
            NotFound(plan)
        ),
        case!(
            "add-plan-price",
            POST,
            |c| format!("/plans/{}/prices", c.plan),
            |_| json!({"billingInterval": "yearly", "price": 1}),
            NotFound(plan)
        ),
        case!(
            "update-plan-price",
            PUT,
            |c| format!("/plans/{}/prices/{}", c.plan, c.price),
            |_| json!({"price": 2}),
            NotFound(plan)
        ),
        case!(
            "delete-plan-price",
            DELETE,
            |c| format!("/plans/{}/prices/{}", c.plan, c.price),
            none,
            NotFound(plan)
        ),
        case!(
            "set-default-plan-price",
            PUT,
            |c| format!("/plans/{}/prices/{}/default", c.plan, c.price),
            none,
            NotFound(plan)
        ),
        case!(
            "upsert-regional-prices",
            PUT,
            |c| format!("/plans/{}/prices/{}/regional", c.plan, c.price),
            |_| json!({"overrides": [{"currency": "eur", "price": 1}]}),
            NotFound(plan)
        ),
        case!(
            "delete-regional-prices",
            DELETE,
            |c| format!("/plans/{}/prices/{}/regional", c.plan, c.price),
            none,
            NotFound(plan)
        ),
        case!(
            "set-plan-regional-pricing",
            PUT,
            |c| format!("/plans/{}/regional", c.plan),
            |_| json!({"currency": "eur", "exchangeRate": 1}),
            NotFound(plan)
        ),
        case!(
            "delete-plan-regional-pricing",
            DELETE,
            |c| format!("/plans/{}/regional/jpy", c.plan),
            none,
            NotFound(plan)
        ),
        case!(
            "resync-plan-regional-pricing",
            POST,
            |c| format!("/plans/{}/regional/jpy/resync", c.plan),
            |_| json!({}),
            NotFound(plan)
        ),
        case!("list-features", GET, |_| "/features".into(), none, OwnList),
        case!(
            "get-feature",
            GET,
            |c| format!("/features/{}", c.feature),
            none,
            NotFound("feature_not_found")
        ),
        case!(
            "create-feature",
            POST,
            |_| "/features/manage".into(),
            |_| json!({"name": "X", "code": "x", "type": "usage"}),
            Creates
        ),
        case!(
            "update-feature",
            PUT,
            |c| format!("/features/{}/manage", c.feature),
            |_| json!({"name": "X"}),
            NotFound("feature_not_found")
        ),
        case!(
            "delete-feature",
            DELETE,
            |c| format!("/features/{}/manage", c.other_feature),
            none,
            NotFound("feature_not_found")
        ),
        case!(
            "list-plan-groups",
            GET,
            |_| "/plan-groups".into(),
            none,
            OwnList
        ),
        case!(
            "get-plan-group",
            GET,
            |c| format!("/plan-groups/{}", c.group),
            none,
            NotFound(group)
        ),
        case!(
            "create-plan-group",
            POST,
            |_| "/plan-groups".into(),
            |_| json!({"name": "X"}),
            Creates
        ),
        case!(
            "update-plan-group",
            PUT,
            |c| format!("/plan-groups/{}", c.group),
            |_| json!({"name": "Y"}),
            NotFound(group)
        ),
        case!(
            "delete-plan-group",
            DELETE,
            |c| format!("/plan-groups/{}", c.group),
            none,
            NotFound(group)
        ),
        case!(
            "add-plan-to-group",
            POST,
            |c| format!("/plan-groups/{}/plans", c.group),
            |c| json!({"planId": c.plan}),
            NotFound(group)
        ),
        case!(
            "remove-plan-from-group",
            DELETE,
            |c| format!("/plan-groups/{}/plans/{}", c.group, c.plan),
            none,
            NotFound(group)
        ),
        case!(
            "reorder-plans-in-group",
            PUT,
            |c| format!("/plan-groups/{}/plans/reorder", c.group),
            |c| json!({"planIds": [c.plan]}),
            NotFound(group)
        ),
        case!("list-api-keys", GET, |_| "/api-keys".into(), none, OwnList),
        case!(
            "create-api-key",
            POST,
            |_| "/api-keys".into(),
            |_| json!({"name": "X", "expiresInDays": 1, "permissions": {}}),
            Creates
        ),
        case!(
            "delete-api-key",
            DELETE,
            |c| format!("/api-keys/{}", c.key),
            none,
            NotFound("api_key_not_found")
        ),
        case!(
            "list-currencies",
            GET,
            |_| "/currencies".into(),
            none,
            Public
        ),
    ]
}

async fn call(actor: &Actor, case: &Case, catalog: &Catalog) -> Reply {
    let request = actor.request(case.method.clone(), &(case.path)(catalog));
    match (case.body)(catalog) {
        Value::Null => actor.send(request).await,
        body => actor.send(request.json(&body)).await,
    }
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
    let key = owner
        .post("/api-keys", json!({"name": "Secret", "permissions": {}}))
        .await
        .id()
        .to_owned();
    Catalog {
        plan,
        price,
        feature: of_plan,
        other_feature,
        group,
        key,
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
        "every operation needs exactly one case in `cases`"
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

#[tokio::test]
async fn without_a_valid_key_nothing_opens() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let catalog = fill(&owner).await;
    let stranger = server.stranger();
    let wrong = owner.with_key(&format!("ck_sandbox_{}", "0".repeat(64)));
    let restricted = owner.with_key(&format!("rk_sandbox_{}", "0".repeat(64)));
    let garbled = owner.with_key("not a key at all");
    for case in cases() {
        for actor in [&stranger, &wrong, &restricted, &garbled] {
            call(actor, &case, &catalog)
                .await
                .refused(401, "unauthorized");
        }
    }
    owner.get(&format!("/plans/{}", catalog.plan)).await.data();
}

#[tokio::test]
async fn what_lies_in_another_scope_does_not_exist() {
    for (organization, mode) in [("rival", Mode::Sandbox), ("acme", Mode::Live)] {
        let server = TestServer::start().await;
        let owner = server.owner().await;
        let catalog = fill(&owner).await;
        let everything = snapshot(&owner).await;
        let other = server.actor(organization, mode).await;
        for case in cases() {
            let reply = call(&other, &case, &catalog).await;
            check_elsewhere(&case, &reply);
        }
        assert_eq!(
            snapshot(&owner).await,
            everything,
            "a foreign call changed the owner's catalog"
        );
    }
}

fn check_elsewhere(case: &Case, reply: &Reply) {
    match case.elsewhere {
        Elsewhere::NotFound(code) => drop(reply.refused(404, code)),
        Elsewhere::OwnList => {
            let text = reply.data().to_string();
            assert!(
                !text.contains("Secret"),
                "{} shows a foreign scope: {text}",
                case.operation
            );
        }
        Elsewhere::Creates | Elsewhere::Public => drop(reply.data()),
    }
}

/// All that the owner can see.
async fn snapshot(owner: &Actor) -> Vec<Value> {
    let mut seen = Vec::new();
    for path in [
        "/plans?includePrivate=true",
        "/features",
        "/plan-groups",
        "/api-keys",
    ] {
        let mut data = owner.get(path).await.data().clone();
        // When a key was last used is no part of the catalog.
        for item in data.as_array_mut().into_iter().flatten() {
            item.as_object_mut()
                .and_then(|item| item.remove("lastUsedAt"));
        }
        seen.push(data);
    }
    seen
}

/// The catalog of an organization of its own, such that the case succeeds for the owner.
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

#[tokio::test]
async fn every_case_succeeds_for_the_owner() {
    for case in cases() {
        let server = TestServer::start().await;
        let owner = server.owner().await;
        let catalog = fill_for(&owner, &case).await;
        call(&owner, &case, &catalog).await.data();
    }
}

/// The resources that permissions are about, by what stands first in the paths of operations.
const RESOURCES: &[(&str, &str)] = &[
    ("plans", "plan"),
    ("features", "feature"),
    ("plan-groups", "plan_group"),
    ("api-keys", "api_key"),
];

/// The resource that an operation is about; `None` where every key may call it.
fn resource(case: &Case) -> Option<&'static str> {
    let operation = OPERATIONS
        .iter()
        .find(|operation| operation.id == case.operation)
        .expect("an operation of the document");
    let first = operation.path.split('/').nth(1).expect("a path");
    if first == "currencies" {
        return None;
    }
    let found = RESOURCES.iter().find(|(word, _)| *word == first);
    Some(found.expect("every path is about a resource").1)
}

/// Permissions to do everything with the resources of which that is said.
fn all_of(is_among: impl Fn(&str) -> bool) -> Value {
    let names = RESOURCES.iter().map(|(_, name)| *name);
    let lists = names
        .filter(|name| is_among(name))
        .map(|name| (name.to_owned(), json!(["read", "write"])));
    Value::Object(lists.collect())
}

async fn restricted(owner: &Actor, permissions: Value) -> Actor {
    let body = json!({"name": "Restricted", "permissions": permissions});
    owner.with_key(owner.post("/api-keys", body).await.text("apiKey"))
}

/// The same call with a body that no operation takes.
async fn call_badly(actor: &Actor, case: &Case, catalog: &Catalog) -> Option<Reply> {
    if (case.body)(catalog).is_null() {
        return None;
    }
    let path = (case.path)(catalog);
    Some(actor.raw(case.method.clone(), &path, "{").await)
}

/// Permissions that do not allow an operation, and permissions that do.
struct Sets {
    refused: Vec<Value>,
    served: Vec<Value>,
}

fn sets(case: &Case) -> Sets {
    let Some(own) = resource(case) else {
        let served = vec![json!({}), all_of(|_| true)];
        return Sets {
            refused: Vec::new(),
            served,
        };
    };
    let read = json!({own: ["read"]});
    let mut refused = vec![json!({}), json!({own: []}), all_of(|name| name != own)];
    let mut served = vec![json!({own: ["read", "write"]}), all_of(|_| true)];
    match case.method {
        Method::GET => served.push(read),
        _ => refused.push(read),
    }
    Sets { refused, served }
}

#[tokio::test]
async fn a_restricted_key_does_nothing_that_its_permissions_do_not_allow() {
    let server = TestServer::start().await;
    for case in cases() {
        let owner = server.actor(case.operation, Mode::Sandbox).await;
        let catalog = fill_for(&owner, &case).await;
        for permissions in sets(&case).refused {
            let actor = restricted(&owner, permissions).await;
            let everything = snapshot(&owner).await;
            let reply = call(&actor, &case, &catalog).await;
            reply.refused(403, "forbidden");
            // What is wrong with a body is nothing that the key may know.
            if let Some(reply) = call_badly(&actor, &case, &catalog).await {
                reply.refused(403, "forbidden");
            }
            let operation = case.operation;
            assert_eq!(snapshot(&owner).await, everything, "{operation}");
        }
    }
}

#[tokio::test]
async fn a_restricted_key_does_what_its_permissions_allow() {
    let server = TestServer::start().await;
    for case in cases() {
        for (number, permissions) in sets(&case).served.into_iter().enumerate() {
            // What can be done only once is done in a catalog of its own.
            let organization = format!("{} {number}", case.operation);
            let owner = server.actor(&organization, Mode::Sandbox).await;
            let catalog = fill_for(&owner, &case).await;
            let actor = restricted(&owner, permissions).await;
            call(&actor, &case, &catalog).await.data();
        }
    }
}
