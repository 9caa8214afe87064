//! Plans. Their features, prices and groups have files of their own.

use pricebook::domain::scope::Mode;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::reads::{
    check_bad_pages, check_pages, check_tag, ids, next_cursor, page, read_unless,
};
use crate::support::{Actor, Reply, TestServer, let_the_clock_move};

mod creation;
mod metadata;
mod order;
mod updates;

async fn create(actor: &Actor, body: Value) -> Reply {
    actor.post("/plans/manage", body).await
}

/// Creates a plan and returns its id.
async fn plan(actor: &Actor, code: &str) -> String {
    create(actor, json!({"name": "Any", "code": code}))
        .await
        .id()
        .to_owned()
}

async fn update(actor: &Actor, plan: &str, body: Value) -> Reply {
    actor.put(&format!("/plans/{plan}/manage"), body).await
}

async fn show(actor: &Actor, plan: &str, is_public: bool) -> Reply {
    let body = json!({"isPublic": is_public});
    actor.put(&format!("/plans/{plan}/visibility"), body).await
}

async fn delete(actor: &Actor, plan: &str) -> Reply {
    actor.delete(&format!("/plans/{plan}/manage")).await
}

async fn group(actor: &Actor, name: &str) -> String {
    actor
        .post("/plan-groups", json!({"name": name}))
        .await
        .id()
        .to_owned()
}

async fn add_to_group(actor: &Actor, group: &str, plan: &str, sort_order: i64) {
    let body = json!({"planId": plan, "sortOrder": sort_order});
    actor
        .post(&format!("/plan-groups/{group}/plans"), body)
        .await
        .data();
}

/// A valid body, except for the fields in `wrong`.
fn all_but(wrong: Value) -> Value {
    let mut body = json!({"name": "Any", "code": "any"});
    for (key, value) in wrong.as_object().expect("an object") {
        body[key] = value.clone();
    }
    body
}

/// One field of every plan in a list.
async fn column(actor: &Actor, path: &str, field: &str) -> Vec<Value> {
    let list = actor.get(path).await;
    let plans = list.data().as_array().expect("plans").iter();
    plans.map(|plan| plan[field].clone()).collect()
}

/// The codes of the default plans; there should be one.
async fn defaults(actor: &Actor) -> Vec<String> {
    let list = actor.get("/plans?includePrivate=true").await;
    let plans = list.data().as_array().expect("plans").iter();
    let defaults = plans.filter(|plan| plan["isDefault"] == true);
    defaults
        .map(|plan| plan["code"].as_str().expect("a code").to_owned())
        .collect()
}

#[tokio::test]
async fn names_are_trimmed_visible_and_composed() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let named = async |name: &str| create(&owner, json!({"name": name, "code": "a"})).await;
    for name in [
        "",
        " ",
        "\u{200b}",
        "\u{1}",
        "\u{3164}\u{feff}",
        "\t\u{a0}\n",
    ] {
        named(name).await.invalid(&["name"]);
    }
    let made = named(" E\u{301}quipe ").await;
    assert_eq!(made.data()["name"], "\u{c9}quipe");
    update(&owner, "a", json!({"name": "\u{2060}"}))
        .await
        .invalid(&["name"]);
    let changed = update(&owner, "a", json!({"name": "\u{c9}quipe"})).await;
    assert_eq!(changed.data(), made.data());
    for (path, more) in [
        ("/features/manage", json!({"code": "a", "type": "usage"})),
        ("/plan-groups", json!({})),
        ("/api-keys", json!({})),
    ] {
        let mut body = more;
        body["name"] = "\u{200b} ".into();
        owner.post(path, body.clone()).await.invalid(&["name"]);
        body["name"] = "  X ".into();
        assert_eq!(owner.post(path, body).await.data()["name"], "X");
    }
}

#[tokio::test]
async fn reads_of_plans_have_tags() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    plan(&owner, "a").await;
    plan(&owner, "b").await;
    for path in [
        "/plans/a",
        "/plans",
        "/plans?limit=1",
        "/plans?includePrivate=true",
    ] {
        check_tag(&owner, path).await;
    }
    let list = owner.get("/plans").await;
    let tag = list.header("etag").expect("a tag");
    show(&owner, "b", false).await.data();
    assert_eq!(ids(&read_unless(&owner, "/plans", tag).await).len(), 1);
    // Undoing the change does not restore the tag: the plan has a later `updatedAt`.
    show(&owner, "b", true).await.data();
    let other = TestServer::on(server.database.clone()).await;
    let (here, there) = (
        owner.get("/plans").await,
        owner.at(&other.base).get("/plans").await,
    );
    assert_eq!(here.header("etag"), there.header("etag"));
}

#[tokio::test]
async fn currencies_have_a_tag_too() {
    let server = TestServer::start().await;
    check_tag(&server.owner().await, "/currencies").await;
}
