//! Restricted keys: each operation needs a permission for what it reads or writes.

use std::collections::BTreeSet;

use super::*;

/// The resources that have permissions, by the first segment of their paths.
const RESOURCES: &[(&str, &str)] = &[
    ("plans", "plan"),
    ("features", "feature"),
    ("plan-groups", "plan_group"),
    ("api-keys", "api_key"),
    ("changes", "history"),
    ("catalog", "catalog"),
    ("changesets", "catalog"),
];

/// The resource of an operation; `None` if every key may call it.
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
    let found = found.unwrap_or_else(|| {
        panic!(
            "the paths of /{first} need a permission: add one to `Resource` in src/domain/permission.rs, \
             and to `RESOURCES` in tests/api/access/restricted.rs"
        )
    });
    Some(found.1)
}

/// Read and write permissions for the resources that satisfy a condition.
fn all_of(is_among: impl Fn(&str) -> bool) -> Value {
    let names: BTreeSet<_> = RESOURCES.iter().map(|(_, name)| *name).collect();
    let names = names.into_iter();
    let lists = names
        .filter(|name| is_among(name))
        .map(|name| (name.to_owned(), json!(["read", "write"])));
    Value::Object(lists.collect())
}

async fn restricted(owner: &Actor, permissions: Value) -> Actor {
    let body = json!({"name": "Restricted", "permissions": permissions});
    owner.with_key(owner.post("/api-keys", body).await.text("apiKey"))
}

/// The same call with a malformed body; `None` if the operation takes no body.
async fn call_malformed(actor: &Actor, case: &Case, catalog: &Catalog) -> Option<Reply> {
    if (case.body)(catalog).is_null() {
        return None;
    }
    let path = (case.path)(catalog);
    Some(actor.raw(case.method.clone(), &path, "{").await)
}

/// Permissions that are not enough for an operation, and permissions that are.
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
    if case.operation == "revert-change" {
        return sets_of_revert();
    }
    let read = json!({own: ["read"]});
    // It makes a changeset, which changes nothing.
    let only_reads = case.method == Method::GET || case.operation == "create-changeset";
    let mut refused = vec![json!({}), json!({own: []}), all_of(|name| name != own)];
    let mut served = vec![json!({own: ["read", "write"]}), all_of(|_| true)];
    match only_reads {
        true => served.push(read),
        false => refused.push(read),
    }
    Sets { refused, served }
}

/// Whoever takes a change back may read the history and change what the change touched; the second
/// is known only after the body was read.
fn sets_of_revert() -> Sets {
    let enough = json!({"history": ["read"], "plan": ["read", "write"]});
    Sets {
        refused: vec![
            json!({}),
            json!({"history": []}),
            all_of(|name| name != "history"),
        ],
        served: vec![enough, all_of(|_| true)],
    }
}

#[tokio::test]
async fn missing_permission_is_refused() {
    let server = TestServer::start().await;
    for case in cases() {
        let owner = server.actor(case.operation, Mode::Sandbox).await;
        let catalog = fill_for(&owner, &case).await;
        for permissions in sets(&case).refused {
            let actor = restricted(&owner, permissions).await;
            let everything = snapshot(&owner).await;
            let reply = call(&actor, &case, &catalog).await;
            reply.refused(403, "forbidden");
            // A key without the permission learns nothing about errors in the body.
            if let Some(reply) = call_malformed(&actor, &case, &catalog).await {
                reply.refused(403, "forbidden");
            }
            let operation = case.operation;
            assert_eq!(snapshot(&owner).await, everything, "{operation}");
        }
    }
}

#[tokio::test]
async fn granted_permission_is_enough() {
    let server = TestServer::start().await;
    for case in cases() {
        for (number, permissions) in sets(&case).served.into_iter().enumerate() {
            // Some calls succeed only once, so each set gets a catalog of its own.
            let organization = format!("{} {number}", case.operation);
            let owner = server.actor(&organization, Mode::Sandbox).await;
            let catalog = fill_for(&owner, &case).await;
            let actor = restricted(&owner, permissions).await;
            call(&actor, &case, &catalog).await.data();
        }
    }
}
