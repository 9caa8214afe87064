//! Restricted keys: each operation needs what it reads and what it writes.

use super::*;

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
    let found = found.unwrap_or_else(|| {
        panic!(
            "the paths of /{first} need a permission: add one to `Resource` in src/domain/permission.rs, \
             and to `RESOURCES` in tests/api/access/restricted.rs"
        )
    });
    Some(found.1)
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
async fn granted_permission_is_enough() {
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
