//! Refusals and their order.

use super::*;

#[tokio::test]
async fn schema_fault_names_its_path() {
    let shop = Shop::open().await;
    let price = shop.add("metered", json!({})).await.id().to_owned();
    let cases: [(Value, &[&str]); 15] = [
        (json!({"trialDays": 731}), &["trialDays"]),
        (json!({"price": null}), &["price"]),
        (json!({"price": -1}), &["price"]),
        (json!({"price": 49.5}), &["price"]),
        (json!({"price": "4900"}), &["price"]),
        (json!({"price": 9_007_199_254_740_992_i64}), &["price"]),
        (json!({"trialDays": null}), &["trialDays"]),
        (json!({"trialDays": -1}), &["trialDays"]),
        (json!({"isDefault": null}), &["isDefault"]),
        (json!({"isDefault": 1}), &["isDefault"]),
        (
            json!({"includedBalance": -1, "includedCredits": -1}),
            &["includedBalance", "includedCredits"],
        ),
        (
            json!({"introOffer": {"enabled": null}}),
            &["introOffer.enabled"],
        ),
        (
            json!({"introOffer": {"enabled": true, "discountValue": 0}}),
            &["introOffer.discountValue"],
        ),
        (
            json!({"introOffer": {"enabled": true, "discountType": "fixed"}}),
            &["introOffer.discountType"],
        ),
        (json!({"price": 1, "currency": "eur"}), &["currency"]),
    ];
    for (body, fields) in cases {
        let yearly = merged(json!({"billingInterval": "yearly"}), body.clone());
        shop.add("metered", yearly).await.invalid(fields);
        shop.update("metered", &price, body).await.invalid(fields);
    }
    assert_eq!(each(&shop.prices("metered").await, "price"), json!([4900]));
}

#[tokio::test]
async fn required_fields_are_named() {
    let shop = Shop::open().await;
    let empty = shop.owner.post("/plans/metered/prices", json!({})).await;
    empty.invalid(&["billingInterval", "price"]);
    let unknown = json!({"billingInterval": "daily"});
    shop.add("metered", unknown)
        .await
        .invalid(&["billingInterval"]);
    let unsaid = json!({"introOffer": {}});
    shop.add("metered", unsaid)
        .await
        .invalid(&["introOffer.enabled"]);
    // The interval of a price cannot be changed.
    let added = shop.add("metered", json!({})).await;
    let change = json!({"billingInterval": "yearly"});
    shop.update("metered", added.id(), change)
        .await
        .invalid(&["billingInterval"]);
}

#[tokio::test]
async fn refusals_come_in_their_order() {
    let shop = Shop::open().await;
    let price = shop.add("metered", json!({})).await.id().to_owned();
    let broken_schema = json!({"price": -1});
    let broken_rule = json!({"includedCredits": 1});
    shop.add("nowhere", broken_schema.clone())
        .await
        .invalid(&["price"]);
    shop.add("nowhere", broken_rule.clone())
        .await
        .refused(404, "plan_not_found");
    // The interval is taken too, but the broken rule is reported first.
    shop.add("metered", broken_rule.clone())
        .await
        .invalid(&["includedCredits"]);
    shop.add("metered", json!({}))
        .await
        .refused(409, "duplicate");

    shop.update("nowhere", "nothing", broken_schema)
        .await
        .invalid(&["price"]);
    let reply = shop.update("nowhere", &price, broken_rule.clone()).await;
    reply.refused(404, "plan_not_found");
    let reply = shop.update("metered", UNKNOWN_PRICE, broken_rule).await;
    reply.refused(404, "price_not_found");
    let both = json!({"includedCredits": 1, "isDefault": false});
    shop.update("metered", &price, both)
        .await
        .invalid(&["includedCredits"]);
    let reply = shop
        .update("metered", &price, json!({"isDefault": false}))
        .await;
    reply.refused(409, "default_price_required");
}

#[tokio::test]
async fn price_of_another_plan_is_not_found() {
    let shop = Shop::open().await;
    let elsewhere = shop.add("credits", json!({})).await.id().to_owned();
    let gone = shop.add("metered", json!({})).await.id().to_owned();
    shop.delete("metered", &gone).await.data();
    for price in [&elsewhere, &gone, UNKNOWN_PRICE, "prc_1", "monthly", "%00"] {
        for reply in [
            shop.update("metered", price, json!({})).await,
            shop.delete("metered", price).await,
            shop.set_default("metered", price).await,
        ] {
            reply.refused(404, "price_not_found");
        }
    }
    assert_eq!(shop.defaults("credits").await, ["monthly"]);
}

#[tokio::test]
async fn missing_plan_is_not_found() {
    let shop = Shop::open().await;
    let added = shop.add("metered", json!({})).await;
    let deleted = added.text("planId");
    shop.owner.delete("/plans/metered/manage").await.data();
    for plan in ["metered", deleted, "nowhere", UNKNOWN_PLAN] {
        for reply in [
            shop.add(plan, json!({"billingInterval": "yearly"})).await,
            shop.update(plan, added.id(), json!({})).await,
            shop.delete(plan, added.id()).await,
            shop.set_default(plan, added.id()).await,
        ] {
            reply.refused(404, "plan_not_found");
        }
    }
}
