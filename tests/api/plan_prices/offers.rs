//! Introductory offers.

use super::*;

#[tokio::test]
async fn an_offer_appears_with_the_first_of_its_fields() {
    let shop = Shop::open().await;
    let added = shop.add("metered", json!({})).await;
    let untouched = shop
        .update("metered", added.id(), json!({"introOffer": {}}))
        .await;
    assert_eq!(untouched.data()["introOffer"], Value::Null);
    let change = json!({"introOffer": {"durationCycles": 2}});
    let updated = shop.update("metered", added.id(), change).await;
    let wanted = json!({
        "enabled": false, "discountType": null, "discountValue": null, "durationCycles": 2,
    });
    assert_eq!(updated.data()["introOffer"], wanted);
}

#[tokio::test]
async fn an_enabled_offer_is_complete() {
    let shop = Shop::open().await;
    let all = [
        "introOffer.discountType",
        "introOffer.discountValue",
        "introOffer.durationCycles",
    ];
    let none = json!({"introOffer": {"enabled": true}});
    shop.add("metered", none).await.invalid(&all);
    let mut without_value = offer("percentage", 1);
    without_value["introOffer"]["discountValue"] = Value::Null;
    shop.add("metered", without_value).await.invalid(&all[1..2]);
    let added = shop.add("metered", offer("percentage", 1)).await;
    for (field, path) in ["discountType", "discountValue", "durationCycles"]
        .iter()
        .zip(all)
    {
        let change = json!({"introOffer": {*field: null}});
        shop.update("metered", added.id(), change)
            .await
            .invalid(&[path]);
    }
    let yearly = json!({"billingInterval": "yearly", "introOffer": {"enabled": false}});
    let yearly = shop.add("metered", yearly).await;
    let on = json!({"introOffer": {"enabled": true, "discountValue": 5}});
    shop.update("metered", yearly.id(), on)
        .await
        .invalid(&[all[0], all[2]]);
}

#[tokio::test]
async fn percentage_is_1_to_10000_basis_points() {
    let shop = Shop::open().await;
    let field = ["introOffer.discountValue"];
    shop.add("metered", offer("percentage", 10_001))
        .await
        .invalid(&field);
    shop.add("metered", offer("percentage", 0))
        .await
        .invalid(&field);
    let added = shop.add("metered", offer("percentage", 10_000)).await;
    let change = json!({"introOffer": {"discountValue": 10_001}});
    shop.update("metered", added.id(), change)
        .await
        .invalid(&field);
}

#[tokio::test]
async fn an_amount_is_at_most_the_price() {
    let shop = Shop::open().await;
    let field = ["introOffer.discountValue"];
    shop.add("metered", offer("amount", 4901))
        .await
        .invalid(&field);
    let added = shop.add("metered", offer("amount", 4900)).await;
    // A price below the offer, an offer above the price, and both together.
    shop.update("metered", added.id(), json!({"price": 4899}))
        .await
        .invalid(&["price"]);
    let change = json!({"introOffer": {"discountValue": 4901}});
    shop.update("metered", added.id(), change)
        .await
        .invalid(&field);
    let change = json!({"price": 5000, "introOffer": {"discountValue": 5000}});
    shop.update("metered", added.id(), change).await.data();
    // A valid percentage is too large as an amount.
    let yearly = merged(
        json!({"billingInterval": "yearly"}),
        offer("percentage", 9000),
    );
    let yearly = shop.add("metered", yearly).await;
    let change = json!({"introOffer": {"discountType": "amount"}});
    shop.update("metered", yearly.id(), change)
        .await
        .invalid(&["introOffer.discountType"]);
}
