//! Who made a change.

use super::*;
use crate::support::database::TestDatabase;
use crate::support::program::{Running, actor_by, on, printed};

#[tokio::test]
async fn a_key_is_named_as_it_was() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let made = owner.post("/api-keys", json!({"name": "CI"})).await;
    let ci = owner.with_key(made.text("apiKey"));
    let change = change_by(&ci, ci.post("/plan-groups", json!({"name": "Teams"}))).await;
    let expected = json!({
        "type": "api_key", "id": made.id(), "name": "CI", "prefix": made.text("prefix"),
    });
    assert_eq!(change["actor"], expected);
    owner
        .delete(&format!("/api-keys/{}", made.id()))
        .await
        .data();
    let revision = change["revision"].as_i64().expect("a revision");
    let after = owner.get(&format!("/changes/{revision}")).await;
    assert_eq!(after.data()["actor"], expected);
}

#[tokio::test]
async fn the_operator_and_the_server_are_actors_too() {
    let database = TestDatabase::new().await;
    let digits = "0123456789abcdef".repeat(4);
    let key = format!("ck_sandbox_{digits}");
    let server = Running::start(on(&database, &[]).env("PRICEBOOK_BOOTSTRAP_KEY", &key));
    let first = Actor::new(&server.base, Some(key.clone()));
    let change = newest(&first).await;
    assert_eq!(change["revision"], 1);
    check_made_by(&change, "system", "create-api-key");
    let second = actor_by(
        on(&database, &["keys", "create"]).args(["--name", "second"]),
        &server.base,
    );
    let log = log(&second).await;
    check_made_by(&log.data()[0], "command_line", "create-api-key");
    let key = log.data()[0]["objects"][0]["id"].clone();
    printed(on(&database, &["keys", "revoke"]).arg(text(&key)));
    let change = newest(&first).await;
    check_made_by(&change, "command_line", "delete-api-key");
    assert_eq!(change["objects"][0]["id"], key);
    assert!(!log.text.contains(&digits) && !log.text.contains(second.key()));
}

#[track_caller]
fn check_made_by(change: &Value, kind: &str, operation: &str) {
    let actor = &change["actor"];
    assert_eq!(actor["type"], kind, "{change}");
    assert_eq!(
        (&actor["id"], &actor["prefix"]),
        (&Value::Null, &Value::Null)
    );
    assert!(!text(&actor["name"]).is_empty());
    assert_eq!(change["operation"], operation);
}
