//! Taking changes back.

use super::*;
use crate::api::preconditions::{self, writes_of_catalogs};
use crate::support::making::each;

/// Takes back the newest change, and returns the new one.
async fn undo(owner: &Actor) -> Value {
    let last = head(owner).await;
    let reply = revert(owner, last, json!({})).await;
    let change = newest(owner).await;
    assert_eq!(reply.data(), &change);
    assert_eq!(change["revision"], last + 1);
    assert_eq!(change["reverts"], last);
    assert_eq!(change["operation"], "revert-change");
    change
}

/// What is different between two revisions.
async fn difference(owner: &Actor, from: i64, to: i64) -> Value {
    let path = format!("/changes/compare?from={from}&to={to}");
    owner.get(&path).await.data()["objects"].clone()
}

#[tokio::test]
async fn every_kind_of_change_can_be_taken_back_and_that_too() {
    let server = TestServer::start().await;
    for operation in writes_of_catalogs().filter(|one| !one.id.ends_with("-api-key")) {
        let id = operation.id.as_str();
        let shop = preconditions::Shop::of(&server, id).await;
        let owner = &shop.owner;
        let (before, revision) = (everything(owner).await, head(owner).await);
        let path = shop.path(operation, None);
        owner.send(shop.request(operation, &path)).await.data();
        let after = everything(owner).await;
        assert_ne!(after, before, "{id}");
        undo(owner).await;
        assert_eq!(everything(owner).await, before, "{id}");
        let nothing = json!([]);
        assert_eq!(
            difference(owner, revision, revision + 2).await,
            nothing,
            "{id}"
        );
        undo(owner).await;
        assert_eq!(everything(owner).await, after, "{id}");
        assert_eq!(
            difference(owner, revision + 1, revision + 3).await,
            nothing,
            "{id}"
        );
        undo(owner).await;
        assert_eq!(everything(owner).await, before, "{id}");
    }
}

#[tokio::test]
async fn a_deleted_plan_returns_to_its_place() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let group = owner.post("/plan-groups", json!({"name": "Teams"})).await;
    let group = group.id().to_owned();
    for code in ["a", "b", "c"] {
        owner.make_plan(code, json!({"planGroupId": group})).await;
    }
    owner.make_price("a", "monthly", 4900, json!({})).await;
    let before = everything(&owner).await;
    owner.delete("/plans/a/manage").await.data();
    assert_eq!(owner.show_plan("b").await["isDefault"], true);
    let change = undo(&owner).await;
    assert_eq!(everything(&owner).await, before);
    let plan = owner.show_plan("a").await;
    assert_eq!(
        (&plan["isDefault"], &plan["sortOrder"]),
        (&json!(true), &json!(0))
    );
    let lines = told(&change["objects"]);
    assert_eq!(lines[0], "created plan a");
    assert!(
        lines.contains(&"isDefault: true → false (derived)".to_owned()),
        "{lines:?}"
    );
    // It can be changed again like any plan.
    owner
        .put("/plans/a/manage", json!({"name": "A"}))
        .await
        .data();
}

#[tokio::test]
async fn a_deleted_group_returns_to_its_place() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let group = async |name: &str| {
        let made = owner.post("/plan-groups", json!({"name": name})).await;
        format!("/plan-groups/{}", made.id())
    };
    group("First").await;
    let last = group("Last").await;
    owner.delete(&last).await.data();
    let deleted = head(&owner).await;
    // These do not take the place of the one that is gone.
    group("Newer").await;
    group("Newest").await;
    revert(&owner, deleted, json!({})).await.data();
    let groups = owner.get("/plan-groups").await;
    assert_eq!(
        each(groups.data(), "name"),
        json!(["First", "Last", "Newer", "Newest"])
    );
}

#[tokio::test]
async fn an_older_change_is_taken_back_alone() {
    let shop = Shop::open().await;
    let owner = &shop.owner;
    shop.change(json!({"price": 5900, "trialDays": 14}))
        .await
        .data();
    let changed = head(owner).await;
    owner
        .put("/plans/pro/manage", json!({"name": "Professional"}))
        .await
        .data();
    owner.make_price("pro", "yearly", 59000, json!({})).await;
    shop.add_calls(20).await.data();
    let reverted = revert(owner, changed, json!({})).await;
    assert_eq!(
        told(&reverted.data()["objects"]),
        [
            "updated plan pro",
            "prices[monthly].price: 5900 → 4900",
            "prices[monthly].trialDays: 14 → 0",
        ]
    );
    let plan = shop.show().await;
    assert_eq!(plan["name"], "Professional");
    assert_eq!(plan["prices"].as_array().expect("prices").len(), 2);
}

#[tokio::test]
async fn derived_values_follow_the_rates_of_today() {
    let shop = Shop::with_balance().await;
    let owner = &shop.owner;
    shop.set("jpy", "150", json!({})).await.data();
    shop.change(json!({"price": 5900})).await.data();
    let changed = head(owner).await;
    assert_eq!(shop.regional("jpy").await["price"], 8850);
    shop.set("jpy", "100", json!({})).await.data();
    shop.set("eur", "0.5", json!({})).await.data();
    revert(owner, changed, json!({})).await.data();
    let jpy = shop.regional("jpy").await;
    assert_eq!(
        (&jpy["price"], &jpy["includedBalance"]),
        (&json!(4900), &json!(2000))
    );
    assert_eq!(shop.regional("eur").await["price"], 2450);
    let rates = &shop.show().await["exchangeRates"];
    assert_eq!(rates.as_array().expect("rates").len(), 2);
}

#[tokio::test]
async fn a_manual_value_that_was_derived_is_derived_again() {
    let shop = Shop::open().await;
    let owner = &shop.owner;
    shop.set("jpy", "150", json!({})).await.data();
    shop.upsert(json!([{"currency": "jpy", "price": 7000}]))
        .await
        .data();
    let manual = head(owner).await;
    shop.change(json!({"price": 5000})).await.data();
    assert_eq!(shop.regional("jpy").await["price"], 7000);
    revert(owner, manual, json!({})).await.data();
    let jpy = shop.regional("jpy").await;
    assert_eq!(
        (&jpy["price"], &jpy["autoSynced"]),
        (&json!(7500), &json!(true))
    );
}

#[tokio::test]
async fn a_deleted_price_returns_with_its_id() {
    let shop = Shop::open().await;
    let owner = &shop.owner;
    shop.set("jpy", "150", shop.manual_price(7000)).await.data();
    let yearly = owner.make_price("pro", "yearly", 49000, json!({})).await;
    let path = format!("/plans/pro/prices/{yearly}/default");
    owner.send(owner.request(Method::PUT, &path)).await.data();
    let before = everything(owner).await;
    let path = format!("/plans/pro/prices/{}", shop.price);
    owner.delete(&path).await.data();
    let deleted = head(owner).await;
    undo(owner).await;
    assert_eq!(everything(owner).await, before);
    // It is the first of the prices again, and not the default.
    undo(owner).await;
    owner
        .put("/plans/pro/manage", json!({"name": "Pro"}))
        .await
        .data();
    revert(owner, deleted + 2, json!({})).await.data();
    assert_eq!(shop.show().await["prices"][0]["id"], shop.price.as_str());
}

#[tokio::test]
async fn the_new_change_is_a_write_like_any_other() {
    let shop = Shop::open().await;
    let owner = &shop.owner;
    shop.change(json!({"price": 5900})).await.data();
    let changed = head(owner).await;
    let path = format!("/changes/{changed}/revert");
    let send = || {
        let request = owner.request(Method::POST, &path);
        let request = request.header("change-note", "a%20mistake");
        let request = request.header("idempotency-key", "one");
        owner.send(request.json(&json!({})))
    };
    let change = change_by(owner, send()).await;
    assert_eq!(change["note"], "a mistake");
    let again = send().await;
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    assert_eq!(again.data(), &change);
    assert_eq!(head(owner).await, changed + 1);
    // Other answers are not made from what was.
    assert_eq!(shop.show().await["prices"][0]["price"], 4900);
    let second = TestServer::on(shop.server.database.clone()).await;
    let seen = owner.at(&second.base).show_plan("pro").await;
    assert_eq!(seen["prices"][0]["price"], 4900);
}

#[tokio::test]
async fn a_try_takes_nothing_back() {
    let shop = Shop::open().await;
    let owner = &shop.owner;
    shop.change(json!({"price": 5900})).await.data();
    let changed = head(owner).await;
    let before = shop.server.database.dump().await;
    let tried = owner
        .post(&format!("/changes/{changed}/revert?dryRun=true"), json!({}))
        .await;
    assert_eq!(tried.data()["reverts"], changed);
    assert_eq!(tried.data()["objects"], tried.body["dryRun"]["changes"]);
    assert_eq!(shop.server.database.dump().await, before);
}
