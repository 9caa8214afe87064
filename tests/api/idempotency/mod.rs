//! Idempotency: calls that are repeated count once.

use pricebook::domain::scope::Mode;
use reqwest::Method;
use sea_orm::{ConnectionTrait, DatabaseConnection, Statement};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::support::contract::OPERATIONS;
use crate::support::reads::{ids, page};
use crate::support::{Actor, Reply, TestServer, eventually};

mod at_once;
mod records;
mod same_call;

const DAY_MILLIS: i64 = 24 * 60 * 60 * 1000;

/// A call with an idempotency key; with a null body it sends none.
async fn keyed(actor: &Actor, method: Method, path: &str, key: &str, body: &Value) -> Reply {
    let request = actor.request(method, path).header("idempotency-key", key);
    match body {
        Value::Null => actor.send(request).await,
        body => actor.send(request.json(body)).await,
    }
}

async fn keyed_text(actor: &Actor, path: &str, key: &str, body: &str) -> Reply {
    let request = actor
        .request(Method::POST, path)
        .header("content-type", "application/json");
    actor
        .send(request.header("idempotency-key", key).body(body.to_owned()))
        .await
}

/// Creates a plan group with an idempotency key.
async fn group(actor: &Actor, key: &str, name: &str) -> Reply {
    keyed(
        actor,
        Method::POST,
        "/plan-groups",
        key,
        &json!({"name": name}),
    )
    .await
}

fn is_replayed(reply: &Reply) -> bool {
    reply.header("idempotency-replayed") == Some("true")
}

/// Checks that a reply is a replay of an earlier answer.
#[track_caller]
fn check_replay(reply: &Reply, first: &Reply) {
    assert!(is_replayed(reply), "no replay: {reply:?}");
    assert_eq!((reply.status, &reply.body), (first.status, &first.body));
}

/// The idempotency keys that have records.
async fn records(database: &DatabaseConnection) -> Vec<String> {
    let select = "SELECT idempotency_key FROM idempotency_records ORDER BY idempotency_key";
    let select = Statement::from_string(database.get_database_backend(), select);
    let rows = database.query_all_raw(select).await.expect("records");
    let key = |row: sea_orm::QueryResult| row.try_get("", "idempotency_key").expect("a key");
    rows.into_iter().map(key).collect()
}

#[tokio::test]
async fn replay_of_a_new_key_hides_the_secret() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let body = json!({"name": "Page"});
    let first = keyed(&owner, Method::POST, "/api-keys", "one", &body).await;
    let again = keyed(&owner, Method::POST, "/api-keys", "one", &body).await;
    assert!(is_replayed(&again));
    assert_ne!(first.text("apiKey"), first.text("prefix"));
    let mut expected = first.body.clone();
    expected["data"]["apiKey"] = expected["data"]["prefix"].clone();
    assert_eq!(again.body, expected);
    owner
        .with_key(again.text("apiKey"))
        .get("/plans")
        .await
        .refused(401, "unauthorized");
    owner
        .with_key(first.text("apiKey"))
        .get("/plans")
        .await
        .data();
    assert_eq!(ids(&page(&owner, "/api-keys", 100, None).await).len(), 2);
}

#[tokio::test]
async fn a_key_has_1_to_255_visible_characters() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let longest = "k".repeat(255);
    for (index, key) in ["0", "a b~!\"'%00", &longest].into_iter().enumerate() {
        let name = format!("Group {index}");
        let first = group(&owner, key, &name).await;
        first.data();
        check_replay(&group(&owner, key, &name).await, &first);
    }
    let too_long = "k".repeat(256);
    for key in ["", "é", &too_long] {
        let request = owner.request(Method::POST, "/plan-groups");
        let request = request.header("idempotency-key", key.as_bytes());
        let refused = owner.send(request.json(&json!({"name": "New"}))).await;
        refused.invalid(&["Idempotency-Key"]);
    }
    let request = owner
        .request(Method::POST, "/plan-groups")
        .header("idempotency-key", "a");
    let twice = request
        .header("idempotency-key", "b")
        .json(&json!({"name": "New"}));
    owner.send(twice).await.invalid(&["Idempotency-Key"]);
    assert_eq!(ids(&owner.get("/plan-groups").await).len(), 3);
}

#[tokio::test]
async fn reads_and_deletions_take_no_notice_of_a_key() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let path = format!("/plan-groups/{}", group(&owner, "one", "Teams").await.id());
    for key in ["one", &"k".repeat(256)] {
        let read = keyed(&owner, Method::GET, &path, key, &Value::Null).await;
        assert!(read.data().is_object() && !is_replayed(&read));
    }
    keyed(&owner, Method::DELETE, &path, "two", &Value::Null)
        .await
        .data();
    let again = keyed(&owner, Method::DELETE, &path, "two", &Value::Null).await;
    again.refused(404, "plan_group_not_found");
    assert_eq!(records(&server.database.connect().await).await, ["one"]);
}

#[tokio::test]
async fn every_post_and_put_takes_a_key() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    // The key of another call, so every operation must refuse it.
    keyed(
        &owner,
        Method::POST,
        "/plan-groups",
        "used",
        &json!({"name": "Used"}),
    )
    .await
    .data();
    for operation in OPERATIONS.iter() {
        let takes_key = [Method::POST, Method::PUT].contains(&operation.method);
        let parameters = operation.object["parameters"].to_string();
        assert_eq!(
            parameters.contains("Idempotency-Key"),
            takes_key,
            "{}",
            operation.id
        );
        if takes_key {
            let path = operation.path_to_nothing();
            let body = operation.requests().pop().unwrap_or_default();
            let call = async |key| keyed(&owner, operation.method.clone(), &path, key, &body).await;
            let used = call("used").await;
            used.refused(409, "idempotency_key_mismatch");
            call("").await.invalid(&["Idempotency-Key"]);
        }
    }
}
