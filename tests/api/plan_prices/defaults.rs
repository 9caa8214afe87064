//! The default price.

use super::*;

#[tokio::test]
async fn first_price_is_always_the_default() {
    let shop = Shop::open().await;
    for (plan, is_default) in [("metered", false), ("credits", true)] {
        let added = shop.add(plan, json!({"isDefault": is_default})).await;
        assert_eq!(added.data()["isDefault"], true);
    }
}

#[tokio::test]
async fn new_default_replaces_the_old_one() {
    let shop = Shop::open().await;
    let monthly = shop.add("metered", json!({})).await.id().to_owned();
    let yearly = json!({"billingInterval": "yearly"});
    let added = shop.add("metered", yearly).await;
    assert_eq!(added.data()["isDefault"], false);
    assert_eq!(shop.defaults("metered").await, ["monthly"]);
    let weekly = json!({"billingInterval": "weekly", "isDefault": true});
    let weekly = shop.add("metered", weekly).await;
    assert_eq!(weekly.data()["isDefault"], true);
    assert_eq!(shop.defaults("metered").await, ["weekly"]);
    let updated = shop
        .update("metered", added.id(), json!({"isDefault": true}))
        .await;
    assert_eq!(updated.data()["isDefault"], true);
    assert_eq!(shop.defaults("metered").await, ["yearly"]);
    // Repeating the call changes nothing.
    for _ in 0..2 {
        let set = shop.set_default("metered", &monthly).await;
        let wanted = json!({"id": monthly, "isDefault": true, "object": "plan", "livemode": false});
        assert_eq!(set.data(), &wanted);
        assert_eq!(shop.defaults("metered").await, ["monthly"]);
    }
}

#[tokio::test]
async fn default_cannot_be_switched_off() {
    let shop = Shop::open().await;
    let monthly = shop.add("metered", json!({})).await.id().to_owned();
    let yearly = shop
        .add("metered", json!({"billingInterval": "yearly"}))
        .await;
    let before = shop.prices("metered").await;
    let change = json!({"isDefault": false, "price": 1});
    let refused = shop.update("metered", &monthly, change).await;
    refused.refused(409, "default_price_required");
    assert_eq!(shop.prices("metered").await, before);
    let change = json!({"isDefault": false});
    let updated = shop.update("metered", yearly.id(), change).await;
    assert_eq!(updated.data()["isDefault"], false);
    assert_eq!(shop.defaults("metered").await, ["monthly"]);
}

#[tokio::test]
async fn oldest_price_follows_a_deleted_default() {
    let shop = Shop::open().await;
    let ids = shop.fill("metered").await;
    let [weekly, monthly, quarterly, yearly, one_time] = ids.as_slice() else {
        panic!("five prices");
    };
    shop.set_default("metered", yearly).await.data();
    let deleted = shop.delete("metered", yearly).await;
    let wanted = json!({"id": yearly, "deleted": true, "object": "plan", "livemode": false});
    assert_eq!(deleted.data(), &wanted);
    assert_eq!(shop.defaults("metered").await, ["weekly"]);
    // Deleting a price that is not the default leaves the default alone.
    shop.delete("metered", monthly).await.data();
    assert_eq!(shop.defaults("metered").await, ["weekly"]);
    shop.delete("metered", weekly).await.data();
    assert_eq!(shop.defaults("metered").await, ["quarterly"]);
    shop.delete("metered", quarterly).await.data();
    shop.delete("metered", one_time).await.data();
    assert_eq!(shop.prices("metered").await, json!([]));
    shop.add("metered", json!({"billingInterval": "yearly"}))
        .await
        .data();
    assert_eq!(shop.defaults("metered").await, ["yearly"]);
}

#[tokio::test]
async fn the_default_is_set_without_a_body() {
    let shop = Shop::open().await;
    let price = shop.add("metered", json!({})).await.id().to_owned();
    let path = format!("/plans/metered/prices/{price}/default");
    // Clients send the header anyway, and some an empty object.
    shop.owner.raw(Method::PUT, &path, "").await.data();
    shop.owner.raw(Method::PUT, &path, "{}").await.data();
}
