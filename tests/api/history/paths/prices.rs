//! Prices.

use super::*;

#[tokio::test]
async fn a_new_price_may_take_the_default() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    owner.make_plan("pro", json!({})).await;
    let monthly = json!({"billingInterval": "monthly", "price": 4900, "trialDays": 14});
    let change = change_by(&owner, owner.post("/plans/pro/prices", monthly)).await;
    check(
        &change,
        "add-plan-price",
        &[
            "updated plan pro",
            "prices[monthly]: null → prc_",
            "prices[monthly].price: null → 4900",
            "prices[monthly].isDefault: null → true",
            "prices[monthly].trialDays: null → 14",
        ],
    );
    let yearly = json!({"billingInterval": "yearly", "price": 49000, "isDefault": true});
    let change = change_by(&owner, owner.post("/plans/pro/prices", yearly)).await;
    check(
        &change,
        "add-plan-price",
        &[
            "updated plan pro",
            "prices[monthly].isDefault: true → false (derived)",
            "prices[yearly]: null → prc_",
            "prices[yearly].price: null → 49000",
            "prices[yearly].isDefault: null → true",
            "prices[yearly].trialDays: null → 0",
        ],
    );
    let own = owner.show_plan("pro").await["prices"][1]["id"].clone();
    assert_eq!(change["objects"][0]["fields"][1]["to"], own);
}

#[tokio::test]
async fn another_default_is_told_of_both_prices() {
    let shop = Shop::open().await;
    let owner = &shop.owner;
    let yearly = owner.make_price("pro", "yearly", 49000, json!({})).await;
    let path = format!("/plans/pro/prices/{yearly}/default");
    let set = owner.send(owner.request(Method::PUT, &path));
    check(
        &change_by(owner, set).await,
        "set-default-plan-price",
        &[
            "updated plan pro",
            "prices[monthly].isDefault: true → false (derived)",
            "prices[yearly].isDefault: false → true",
        ],
    );
    let path = format!("/plans/pro/prices/{}", shop.price);
    check(
        &change_by(owner, owner.delete(&path)).await,
        "delete-plan-price",
        &[
            "updated plan pro",
            "prices[monthly]: prc_ → null",
            "prices[monthly].price: 4900 → null",
            "prices[monthly].isDefault: false → null",
            "prices[monthly].trialDays: 0 → null",
        ],
    );
}

#[tokio::test]
async fn derived_values_follow_a_price() {
    let shop = Shop::with_balance().await;
    shop.set("jpy", "150", json!({})).await.data();
    shop.set("eur", "0.92", shop.manual_price(4500))
        .await
        .data();
    let update = shop.change(json!({"price": 5000, "includedBalance": 3000, "trialDays": 7}));
    check(
        &change_by(&shop.owner, update).await,
        "update-plan-price",
        &[
            "updated plan pro",
            "prices[monthly].price: 4900 → 5000",
            "prices[monthly].trialDays: 0 → 7",
            "prices[monthly].includedBalance: 2000 → 3000",
            "prices[monthly].regionalPrices[eur].includedBalance: 1840 → 2760 (derived)",
            "prices[monthly].regionalPrices[jpy].price: 7350 → 7500 (derived)",
            "prices[monthly].regionalPrices[jpy].includedBalance: 3000 → 4500 (derived)",
        ],
    );
}

#[tokio::test]
async fn included_credits_are_told() {
    let plan = json!({"consumptionModel": "credits"});
    let shop = Shop::with(plan, "one_time", json!({"includedCredits": 100})).await;
    let update = shop.change(json!({"includedCredits": null}));
    check(
        &change_by(&shop.owner, update).await,
        "update-plan-price",
        &[
            "updated plan pro",
            "prices[one_time].includedCredits: 100 → null",
        ],
    );
}
