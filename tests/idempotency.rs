//! Calls that come twice and count once.

use pricebook::domain::scope::Mode;
use reqwest::Method;
use sea_orm::{ConnectionTrait, DatabaseConnection, Statement};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::support::contract::OPERATIONS;
use crate::support::reads::{ids, page};
use crate::support::{Actor, Reply, TestServer, eventually};

const DAY_MILLIS: i64 = 24 * 60 * 60 * 1000;

/// A call with an idempotency key; a null body is none.
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

/// Makes a plan group with an idempotency key.
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

/// Checks that a reply is the answer to an earlier call once more.
#[track_caller]
fn check_replay(reply: &Reply, first: &Reply) {
    assert!(is_replayed(reply), "no replay: {reply:?}");
    assert_eq!((reply.status, &reply.body), (first.status, &first.body));
}

/// The idempotency keys that there are records of.
async fn records(database: &DatabaseConnection) -> Vec<String> {
    let select = "SELECT idempotency_key FROM idempotency_records ORDER BY idempotency_key";
    let select = Statement::from_string(database.get_database_backend(), select);
    let rows = database.query_all_raw(select).await.expect("records");
    let key = |row: sea_orm::QueryResult| row.try_get("", "idempotency_key").expect("a key");
    rows.into_iter().map(key).collect()
}

/// Makes the record of a key older.
async fn age(database: &DatabaseConnection, key: &str, millis: i64) {
    let update = format!(
        "UPDATE idempotency_records SET created_at = created_at - {millis} \
         WHERE idempotency_key = '{key}'"
    );
    let updated = database
        .execute_unprepared(&update)
        .await
        .expect("an update");
    assert_eq!(updated.rows_affected(), 1);
}

#[tokio::test]
async fn the_same_call_again_gets_the_same_answer() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let first = group(&owner, "one", "Teams").await;
    first.data();
    assert!(first.header("idempotency-replayed").is_none());
    check_replay(&group(&owner, "one", "Teams").await, &first);
    // It is the answer of then, whatever happened to the group since.
    let path = format!("/plan-groups/{}", first.id());
    owner.put(&path, json!({"name": "Many"})).await.data();
    check_replay(&group(&owner, "one", "Teams").await, &first);
    owner.delete(&path).await.data();
    check_replay(&group(&owner, "one", "Teams").await, &first);
    assert!(ids(&owner.get("/plan-groups").await).is_empty());
    // Another key is another call.
    let second = group(&owner, "two", "Teams").await;
    assert!(!is_replayed(&second));
    assert_ne!(second.id(), first.id());
}

#[tokio::test]
async fn a_put_is_repeated_as_a_post_is() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let made = owner.post("/plan-groups", json!({"name": "Teams"})).await;
    let path = format!("/plan-groups/{}", made.id());
    let body = json!({"name": "Many"});
    let first = keyed(&owner, Method::PUT, &path, "one", &body).await;
    owner.put(&path, json!({"name": "Few"})).await.data();
    check_replay(
        &keyed(&owner, Method::PUT, &path, "one", &body).await,
        &first,
    );
    assert_eq!(owner.get(&path).await.text("name"), "Few");
}

#[tokio::test]
async fn a_put_without_a_body_is_repeated_too() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    owner.make_plan("pro", json!({})).await;
    let monthly = owner.make_price("pro", "monthly", 1, json!({})).await;
    let yearly = owner.make_price("pro", "yearly", 1, json!({})).await;
    let default = |price: &str| format!("/plans/pro/prices/{price}/default");
    let first = keyed(&owner, Method::PUT, &default(&yearly), "one", &Value::Null).await;
    first.data();
    owner.put(&default(&monthly), json!({})).await.data();
    check_replay(
        &keyed(&owner, Method::PUT, &default(&yearly), "one", &Value::Null).await,
        &first,
    );
    assert_eq!(
        owner.get("/plans/pro").await.data()["prices"][0]["isDefault"],
        true
    );
    let other = keyed(&owner, Method::PUT, &default(&monthly), "one", &Value::Null).await;
    other.refused(409, "idempotency_key_mismatch");
}

#[tokio::test]
async fn a_key_belongs_to_one_call_and_body() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let first = group(&owner, "one", "Teams").await;
    let path = format!("/plan-groups/{}", first.id());
    let body = json!({"name": "Teams"});
    for (method, path, body) in [
        (Method::POST, "/plan-groups", json!({"name": "Many"})),
        (
            Method::POST,
            "/plan-groups",
            json!({"name": "Teams", "isPublic": true}),
        ),
        (Method::POST, "/api-keys", body.clone()),
        (Method::PUT, &path, body.clone()),
        // What the path names does not matter: the key was used.
        (Method::PUT, "/plan-groups/none", body),
    ] {
        let other = keyed(&owner, method, path, "one", &body).await;
        other.refused(409, "idempotency_key_mismatch");
    }
    assert_eq!(ids(&owner.get("/plan-groups").await).len(), 1);
    check_replay(&group(&owner, "one", "Teams").await, &first);
}

#[tokio::test]
async fn white_space_and_the_order_of_keys_make_no_other_body() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let body =
        r#"{"name":"Té","code":"te","isPublic":true,"metadata":{"a":{"x":1,"y":2},"b":[1,2]}}"#;
    let first = keyed_text(&owner, "/plans/manage", "one", body).await;
    for same in [
        "\r\n{ \"name\" : \"T\u{e9}\",\n\t\"code\":\"te\",\"isPublic\":true,\
         \"metadata\":{\"a\":{\"x\":1,\"y\":2},\"b\":[ 1 ,2 ]} } ",
        r#"{"metadata":{"b":[1,2],"a":{"y":2,"x":1}},"isPublic":true,"code":"te","name":"Té"}"#,
        r#"{"n\u0061me":"T\u00E9","code":"te","isPublic":true,"metadata":{"a":{"x":1,"y":2},"b":[1,2]}}"#,
    ] {
        check_replay(
            &keyed_text(&owner, "/plans/manage", "one", same).await,
            &first,
        );
    }
    for other in [
        r#"{"name":"Té","code":"te","isPublic":true,"metadata":{"a":{"x":1,"y":2},"b":[2,1]}}"#,
        r#"{"name":"Té","code":"te","isPublic":true,"metadata":{"a":{"x":1,"y":"2"},"b":[1,2]}}"#,
        r#"{"name":"Te\u0301","code":"te","isPublic":true,"metadata":{"a":{"x":1,"y":2},"b":[1,2]}}"#,
        r#"{"name":"Té","code":"te","metadata":{"a":{"x":1,"y":2},"b":[1,2]}}"#,
    ] {
        let reply = keyed_text(&owner, "/plans/manage", "one", other).await;
        reply.refused(409, "idempotency_key_mismatch");
    }
}

#[tokio::test]
async fn a_failed_call_leaves_no_record() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let taken = owner.post("/plan-groups", json!({"name": "Taken"})).await;
    let unknown = format!("/plan-groups/grp_{}/plans", "0".repeat(32));
    for (path, body, status) in [
        ("/plan-groups", json!({"name": ""}), 400),
        (unknown.as_str(), json!({"planId": "none"}), 404),
        ("/plans/manage", json!({"name": "A", "code": "manage"}), 400),
        ("/plan-groups", json!({"name": "Taken"}), 409),
    ] {
        for _ in 0..2 {
            let refused = keyed(&owner, Method::POST, path, "one", &body).await;
            assert_eq!(refused.status, status, "{}", refused.body);
            assert!(!is_replayed(&refused));
        }
    }
    keyed_text(&owner, "/plan-groups", "one", "{")
        .await
        .refused(400, "invalid_json");
    assert!(records(&server.database.connect().await).await.is_empty());
    // The refused call itself may succeed later.
    owner
        .delete(&format!("/plan-groups/{}", taken.id()))
        .await
        .data();
    let made = group(&owner, "one", "Taken").await;
    made.data();
    check_replay(&group(&owner, "one", "Taken").await, &made);
}

/// Sends the same call many times at once, to each of the actors in turn.
async fn at_once(actors: &[Actor], times: usize) -> Vec<Reply> {
    let mut calls = JoinSet::new();
    for actor in actors.iter().cycle().take(times) {
        let actor = actor.clone();
        calls.spawn(async move { group(&actor, "one", "Teams").await });
    }
    calls.join_all().await
}

#[track_caller]
fn check_one_change(replies: &[Reply], listed: &[String]) {
    for reply in replies {
        assert_eq!(reply.data(), replies[0].data());
    }
    let fresh = replies.iter().filter(|reply| !is_replayed(reply)).count();
    assert_eq!(fresh, 1, "one call made the change");
    assert_eq!(listed, [replies[0].id()]);
}

#[tokio::test]
async fn many_identical_calls_at_once_make_one_change() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let replies = at_once(std::slice::from_ref(&owner), 24).await;
    check_one_change(&replies, &ids(&owner.get("/plan-groups").await));
}

#[tokio::test]
async fn many_identical_calls_at_once_on_two_servers_make_one_change() {
    let server = TestServer::start().await;
    let other = TestServer::on(server.database.clone()).await;
    let owner = server.owner().await;
    let replies = at_once(&[owner.clone(), owner.at(&other.base)], 24).await;
    check_one_change(&replies, &ids(&owner.get("/plan-groups").await));
}

#[tokio::test]
async fn many_different_calls_at_once_with_one_key_make_one_change() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let mut calls = JoinSet::new();
    for number in 0..12 {
        let owner = owner.clone();
        calls.spawn(async move { group(&owner, "one", &format!("Group {number}")).await });
    }
    let replies = calls.join_all().await;
    let (made, refused): (Vec<_>, Vec<_>) = replies.iter().partition(|reply| reply.status == 200);
    assert_eq!(made.len(), 1);
    for reply in refused {
        reply.refused(409, "idempotency_key_mismatch");
    }
    assert_eq!(ids(&owner.get("/plan-groups").await), [made[0].id()]);
}

#[tokio::test]
async fn a_repeated_answer_about_a_new_key_has_its_prefix_where_the_secret_was() {
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
async fn a_record_counts_for_24_hours() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let database = server.database.connect().await;
    let first = group(&owner, "one", "Teams").await;
    age(&database, "one", DAY_MILLIS - 60_000).await;
    check_replay(&group(&owner, "one", "Teams").await, &first);
    age(&database, "one", 60_000).await;
    // Too old: it is a new call, even to somewhere else, and its record takes the place of the old.
    group(&owner, "one", "Teams")
        .await
        .refused(409, "duplicate");
    let second = group(&owner, "one", "Many").await;
    assert!(!is_replayed(&second));
    check_replay(&group(&owner, "one", "Many").await, &second);
    group(&owner, "one", "Teams")
        .await
        .refused(409, "idempotency_key_mismatch");
    assert_eq!(records(&database).await, ["one"]);
}

#[tokio::test]
async fn records_that_are_too_old_are_swept_away() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let database = server.database.connect().await;
    for key in ["new", "old", "older"] {
        group(&owner, key, key).await.data();
    }
    age(&database, "old", DAY_MILLIS).await;
    age(&database, "older", 30 * DAY_MILLIS).await;
    age(&database, "new", DAY_MILLIS - 60_000).await;
    assert_eq!(
        server
            .app
            .sweep_idempotency_records()
            .await
            .expect("a sweep"),
        2
    );
    assert_eq!(records(&database).await, ["new"]);
    assert_eq!(
        server
            .app
            .sweep_idempotency_records()
            .await
            .expect("a sweep"),
        0
    );
}

#[tokio::test]
async fn a_server_sweeps_by_itself() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let database = server.database.connect().await;
    group(&owner, "old", "Teams").await.data();
    age(&database, "old", DAY_MILLIS).await;
    // The first sweep is at the start.
    let _restarted = TestServer::on(server.database.clone()).await;
    eventually("a sweep", async || records(&database).await.is_empty()).await;
}

#[tokio::test]
async fn a_key_counts_within_its_scope() {
    let server = TestServer::start().await;
    let mut made = Vec::new();
    for (organization, mode) in [
        ("acme", Mode::Sandbox),
        ("acme", Mode::Live),
        ("rival", Mode::Sandbox),
    ] {
        let actor = server.actor(organization, mode).await;
        let first = group(&actor, "one", "Teams").await;
        assert!(!is_replayed(&first));
        // The key is the scope's, not the API key's.
        let colleague = server.actor(organization, mode).await;
        check_replay(&group(&colleague, "one", "Teams").await, &first);
        made.push(first.id().to_owned());
    }
    made.sort();
    made.dedup();
    assert_eq!(made.len(), 3);
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
    // Of another call, so that every operation has to refuse it.
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
