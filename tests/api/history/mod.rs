//! The log of changes: what writes leave in it, how it is read, and how changes are tried and
//! taken back.

use pricebook::domain::scope::Mode;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::making::merged;
use crate::support::shop::Shop;
use crate::support::{Actor, Reply, TestServer};

mod actors;
mod compare;
mod conflicts;
mod details;
mod dry_run;
mod feed;
mod listing;
mod notes;
mod paths;
mod quiet;
mod readers;
mod revert;
mod revert_refusals;

/// The newest changes of a catalog.
async fn log(actor: &Actor) -> Reply {
    actor.get("/changes?limit=100").await
}

/// The revision of a catalog.
async fn head(actor: &Actor) -> i64 {
    let log = actor.get("/changes?limit=1").await;
    log.data();
    log.body["head"].as_i64().expect("a revision")
}

/// The newest change of a catalog.
async fn newest(actor: &Actor) -> Value {
    log(actor).await.data()[0].clone()
}

/// The change that a call leaves, which must be exactly one.
async fn change_by(actor: &Actor, call: impl Future<Output = Reply>) -> Value {
    let before = head(actor).await;
    call.await.data();
    let change = newest(actor).await;
    assert_eq!(change["revision"], before + 1, "{change}");
    assert_eq!(head(actor).await, before + 1);
    change
}

/// Takes back a change.
async fn revert(actor: &Actor, revision: i64, body: Value) -> Reply {
    actor
        .post(&format!("/changes/{revision}/revert"), body)
        .await
}

/// A key with permissions.
async fn with_permissions(owner: &Actor, permissions: Value) -> Actor {
    let body = json!({"name": "Restricted", "permissions": permissions});
    owner.with_key(owner.post("/api-keys", body).await.text("apiKey"))
}

/// What happened to objects: a line for each, and one for each of its fields. Ids are shortened to
/// their prefixes.
fn told(objects: &Value) -> Vec<String> {
    let mut lines = Vec::new();
    for object in objects.as_array().expect("objects") {
        let name = object["code"].as_str().or(object["name"].as_str());
        lines.push(format!(
            "{} {} {}",
            text(&object["action"]),
            text(&object["objectType"]),
            name.expect("a name")
        ));
        for field in object["fields"].as_array().expect("fields") {
            let (from, to) = (value(&field["from"]), value(&field["to"]));
            let mark = match text(&field["cause"]) {
                "request" => "",
                _ => " (derived)",
            };
            lines.push(format!("{}: {from} → {to}{mark}", text(&field["path"])));
        }
    }
    lines
}

/// Checks the operation of a change and what it did.
#[track_caller]
fn check(change: &Value, operation: &str, lines: &[&str]) {
    assert_eq!(change["operation"], operation);
    assert_eq!(told(&change["objects"]), lines);
}

#[track_caller]
fn text(value: &Value) -> &str {
    value.as_str().expect("a text")
}

fn value(value: &Value) -> String {
    match value.as_str() {
        Some(text) if is_id(text) => text[..text.len() - 32].to_owned(),
        _ => value.to_string(),
    }
}

fn is_id(text: &str) -> bool {
    let id = text.split_once('_').map(|(_, id)| id);
    id.is_some_and(|id| id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// The revisions of listed changes.
#[track_caller]
fn revisions(list: &Reply) -> Vec<i64> {
    let changes = list.data().as_array().expect("changes").iter();
    changes
        .map(|change| change["revision"].as_i64().expect("a revision"))
        .collect()
}

/// Everything that a catalog shows, without the times of the last changes.
async fn everything(actor: &Actor) -> Vec<Value> {
    let mut shown = Vec::new();
    for path in [
        "/plans?includePrivate=true",
        "/features",
        "/plan-groups?limit=100",
    ] {
        shown.push(actor.get(path).await.data().clone());
    }
    shown.iter_mut().for_each(drop_times);
    shown
}

fn drop_times(value: &mut Value) {
    match value {
        Value::Object(object) => {
            object.remove("updatedAt");
            object.values_mut().for_each(drop_times);
        }
        Value::Array(items) => items.iter_mut().for_each(drop_times),
        _ => {}
    }
}
