//! Changes on which others built.

use super::*;

/// The revisions of the changes that a refusal names.
#[track_caller]
fn in_the_way(reply: &Reply) -> Vec<i64> {
    reply.refused(409, "revert_conflict");
    let changes = reply.body["error"]["details"].as_array().expect("changes");
    let revisions = changes.iter().map(|change| change["revision"].as_i64());
    revisions
        .map(|revision| revision.expect("a revision"))
        .collect()
}

#[tokio::test]
async fn a_field_that_was_written_since_is_a_conflict() {
    let shop = Shop::open().await;
    let owner = &shop.owner;
    shop.change(json!({"price": 5900, "trialDays": 14}))
        .await
        .data();
    let changed = head(owner).await;
    owner
        .put("/plans/pro/manage", json!({"name": "Pro"}))
        .await
        .data();
    shop.change(json!({"price": 6900})).await.data();
    shop.change(json!({"price": 7900, "includedCredits": null}))
        .await
        .data();
    let before = everything(owner).await;
    let refused = revert(owner, changed, json!({})).await;
    assert_eq!(in_the_way(&refused), [changed + 3, changed + 2]);
    let newest = owner.get(&format!("/changes/{}", changed + 3)).await;
    assert_eq!(&refused.body["error"]["details"][0], newest.data());
    let refused = revert(owner, changed, json!({"force": false})).await;
    assert_eq!(in_the_way(&refused).len(), 2);
    assert_eq!(everything(owner).await, before);
    // By force, what the change wrote goes back, and nothing else.
    let forced = revert(owner, changed, json!({"force": true})).await;
    assert_eq!(
        told(&forced.data()["objects"]),
        [
            "updated plan pro",
            "prices[monthly].price: 7900 → 4900",
            "prices[monthly].trialDays: 14 → 0",
        ]
    );
    assert_eq!(shop.show().await["name"], "Pro");
}

#[tokio::test]
async fn taken_back_in_the_opposite_order_nothing_is_in_the_way() {
    let shop = Shop::open().await;
    let owner = &shop.owner;
    let before = everything(owner).await;
    shop.change(json!({"price": 5900})).await.data();
    let first = head(owner).await;
    shop.change(json!({"price": 6900})).await.data();
    revert(owner, first + 1, json!({})).await.data();
    // The later change and its return wrote the price since.
    let refused = revert(owner, first, json!({})).await;
    assert_eq!(in_the_way(&refused), [first + 2, first + 1]);
    revert(owner, first, json!({"force": true})).await.data();
    assert_eq!(everything(owner).await, before);
}

#[tokio::test]
async fn the_newest_changes_are_named() {
    let shop = Shop::open().await;
    let first = head(&shop.owner).await;
    for price in 1..=103 {
        shop.change(json!({"price": price})).await.data();
    }
    let refused = revert(&shop.owner, first + 1, json!({})).await;
    let expected: Vec<_> = (first + 4..=first + 103).rev().collect();
    assert_eq!(in_the_way(&refused), expected);
}

#[tokio::test]
async fn what_was_made_may_have_been_built_on() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    owner.make_plan("pro", json!({})).await;
    let made = head(&owner).await;
    owner.make_price("pro", "monthly", 4900, json!({})).await;
    let refused = revert(&owner, made, json!({})).await;
    assert_eq!(in_the_way(&refused), [made + 1]);
    owner.delete("/plans/pro/manage").await.data();
    let refused = revert(&owner, made, json!({})).await;
    assert_eq!(in_the_way(&refused), [made + 2, made + 1]);
    // It is gone already, so that nothing is left to take back.
    let refused = revert(&owner, made, json!({"force": true})).await;
    assert_eq!(in_the_way(&refused), [0; 0]);
    let brought_back = revert(&owner, made + 2, json!({})).await;
    assert_eq!(told(&brought_back.data()["objects"])[0], "created plan pro");
    revert(&owner, made, json!({"force": true})).await.data();
    owner.get("/plans/pro").await.refused(404, "plan_not_found");
}

#[tokio::test]
async fn an_object_that_is_gone_is_a_conflict() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    owner.make_feature("calls", "usage").await;
    owner
        .put("/features/calls/manage", json!({"name": "Calls"}))
        .await
        .data();
    let renamed = head(&owner).await;
    owner.delete("/features/calls/manage").await.data();
    for force in [false, true] {
        let refused = revert(&owner, renamed, json!({"force": force})).await;
        refused.refused(409, "revert_conflict");
    }
    let refused = revert(&owner, renamed, json!({})).await;
    assert_eq!(in_the_way(&refused), [renamed + 1]);
}

#[tokio::test]
async fn other_parts_and_derived_values_are_not_in_the_way() {
    let shop = Shop::open().await;
    let owner = &shop.owner;
    shop.set("jpy", "150", json!({})).await.data();
    let set = head(owner).await;
    // This derives the regional price again.
    shop.change(json!({"price": 5900})).await.data();
    revert(owner, set, json!({})).await.data();
    assert_eq!(shop.all_regional().await, json!([]));
    assert_eq!(shop.show().await["exchangeRates"], json!([]));
    assert_eq!(shop.show().await["prices"][0]["price"], 5900);
}

#[tokio::test]
async fn a_code_that_was_taken_since_is_a_duplicate() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    owner.make_plan("pro", json!({})).await;
    owner.make_feature("calls", "usage").await;
    let group = owner.post("/plan-groups", json!({"name": "Teams"})).await;
    let group = format!("/plan-groups/{}", group.id());
    owner.delete("/plans/pro/manage").await.data();
    owner.delete("/features/calls/manage").await.data();
    owner.delete(&group).await.data();
    let deleted = head(&owner).await;
    owner.make_plan("pro", json!({})).await;
    owner.make_feature("calls", "usage").await;
    owner
        .post("/plan-groups", json!({"name": "Teams"}))
        .await
        .data();
    for revision in deleted - 2..=deleted {
        for force in [false, true] {
            let refused = revert(&owner, revision, json!({"force": force})).await;
            refused.refused(409, "duplicate");
            assert_eq!(refused.body["error"]["param"], "revision");
        }
    }
    owner.delete("/plans/pro/manage").await.data();
    revert(&owner, deleted - 2, json!({})).await.data();
}

#[tokio::test]
async fn an_interval_that_was_taken_since_is_a_duplicate() {
    let shop = Shop::open().await;
    let owner = &shop.owner;
    owner
        .make_price("pro", "yearly", 49000, json!({"isDefault": true}))
        .await;
    let path = format!("/plans/pro/prices/{}", shop.price);
    owner.delete(&path).await.data();
    let deleted = head(owner).await;
    owner.make_price("pro", "monthly", 5900, json!({})).await;
    let before = everything(owner).await;
    for force in [false, true] {
        let refused = revert(owner, deleted, json!({"force": force})).await;
        assert_eq!(refused.status, 409, "{}", refused.body);
    }
    assert_eq!(everything(owner).await, before);
}

#[tokio::test]
async fn a_group_or_feature_that_is_gone_is_a_conflict() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let group = owner.post("/plan-groups", json!({"name": "Teams"})).await;
    let group = group.id().to_owned();
    owner.make_feature("calls", "usage").await;
    owner.make_plan("pro", json!({"planGroupId": group})).await;
    owner.make_plan("bare", json!({})).await;
    let calls = json!({"featureId": "calls"});
    owner.post("/plans/bare/features", calls).await.data();
    owner.delete("/plans/pro/manage").await.data();
    let without_group = head(&owner).await;
    owner.delete("/plans/bare/features/calls").await.data();
    let without_feature = head(&owner).await;
    owner.delete(&format!("/plan-groups/{group}")).await.data();
    owner.delete("/features/calls/manage").await.data();
    let last = head(&owner).await;
    for force in [false, true] {
        let refused = revert(&owner, without_group, json!({"force": force})).await;
        assert_eq!(in_the_way(&refused), [last - 1]);
        let refused = revert(&owner, without_feature, json!({"force": force})).await;
        assert_eq!(in_the_way(&refused), [last]);
    }
    revert(&owner, last, json!({})).await.data();
    revert(&owner, without_feature, json!({})).await.data();
    revert(&owner, last - 1, json!({})).await.data();
    revert(&owner, without_group, json!({})).await.data();
    assert_eq!(owner.show_plan("pro").await["planGroupId"], group.as_str());
}

#[tokio::test]
async fn a_feature_or_group_in_use_stays() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    owner.make_feature("calls", "usage").await;
    let feature = head(&owner).await;
    let group = owner.post("/plan-groups", json!({"name": "Teams"})).await;
    let group = group.id().to_owned();
    owner.make_plan("pro", json!({"planGroupId": group})).await;
    let calls = json!({"featureId": "calls"});
    owner.post("/plans/pro/features", calls).await.data();
    for force in [false, true] {
        let refused = revert(&owner, feature, json!({"force": force})).await;
        refused.refused(409, "feature_in_use");
        let refused = revert(&owner, feature + 1, json!({"force": force})).await;
        refused.refused(409, "revert_conflict");
    }
}
