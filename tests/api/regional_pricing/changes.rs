//! Changes of the base, the rate or the plan, and what follows them.

use super::*;

// Rule 7

#[tokio::test]
async fn derived_values_follow_their_base() {
    let shop = Shop::with_balance().await;
    shop.change(base_offer("amount", 1000)).await.data();
    shop.add_calls(20).await.data();
    shop.set("jpy", "150", json!({})).await.data();
    shop.set("eur", "0.5", json!({})).await.data();
    let change =
        json!({"price": 5900, "includedBalance": 3000, "introOffer": {"discountValue": 500}});
    shop.change(change).await.data();
    shop.change_calls(json!({"unitPrice": 40})).await.data();
    let wanted = json!([
        {
            "currency": "eur", "price": 2950, "includedBalance": 1500, "autoSynced": true,
            "introOffer": offer("amount", 250, true),
        },
        {
            "currency": "jpy", "price": 8850, "includedBalance": 4500, "autoSynced": true,
            "introOffer": offer("amount", 750, true),
        },
    ]);
    assert_eq!(shop.all_regional().await, wanted);
    let wanted = json!([overage("eur", 20, true), overage("jpy", 6000, true)]);
    assert_eq!(shop.overages().await, wanted);
    shop.change(json!({"includedBalance": null})).await.data();
    assert_eq!(
        each(&shop.all_regional().await, "includedBalance"),
        json!([null, null])
    );
}

#[tokio::test]
async fn one_bad_derived_value_refuses_the_change() {
    let shop = Shop::open().await;
    shop.add_calls(1000).await.data();
    shop.set("brl", "5", json!({})).await.data();
    shop.set("jpy", "0.01", shop.manual_price(1)).await.data();
    // The price in yen is manual, so a base price that could not be derived is accepted.
    shop.change(json!({"price": 50})).await.data();
    shop.set("clp", "1", json!({})).await.data();
    let change = json!({"price": 40, "trialDays": 7, "isDefault": true});
    shop.refuses("price", async || shop.change(change).await)
        .await;
    let change = json!({"unitPrice": 49});
    shop.refuses("overage.unitPrice", async || {
        shop.change_calls(change).await
    })
    .await;
}

#[tokio::test]
async fn overage_switch_hides_and_shows_values() {
    let shop = Shop::open().await;
    shop.add_calls(20).await.data();
    let manual = json!({"features": [{"featureId": "calls", "overageUnitPrice": 19}]});
    shop.set("eur", "1", manual).await.data();
    shop.set("jpy", "150", json!({})).await.data();
    shop.change_calls(json!({"enabled": false})).await.data();
    assert_eq!(shop.overages().await, json!([]));
    shop.change_calls(json!({"enabled": true})).await.data();
    let wanted = json!([overage("eur", 19, false), overage("jpy", 3000, true)]);
    assert_eq!(shop.overages().await, wanted);
}

// Rule 8

#[tokio::test]
async fn addition_is_priced_at_existing_rates() {
    let shop = Shop::open().await;
    shop.set("jpy", "150", json!({})).await.data();
    shop.set("krw", "1380.5", json!({})).await.data();
    let terms = base_offer("amount", 1000);
    let yearly = shop.owner.make_price("pro", "yearly", 49_000, terms).await;
    shop.add_calls(20).await.data();
    let plan = shop.show().await;
    let wanted = json!([
        {
            "currency": "jpy", "price": 73_500, "includedBalance": null, "autoSynced": true,
            "introOffer": offer("amount", 1500, true),
        },
        {
            "currency": "krw", "price": 676_445, "includedBalance": null, "autoSynced": true,
            "introOffer": offer("amount", 13_805, true),
        },
    ]);
    assert_eq!(
        item(&plan["prices"], "id", &yearly)["regionalPrices"],
        wanted
    );
    let wanted = json!([overage("jpy", 3000, true), overage("krw", 27_610, true)]);
    assert_eq!(shop.overages().await, wanted);
}

#[tokio::test]
async fn what_cannot_be_derived_cannot_be_added() {
    let shop = Shop::with_balance().await;
    shop.set("jpy", "0.5", json!({})).await.data();
    let add = async |terms: Value| {
        let body = merged(json!({"billingInterval": "yearly", "price": 4900}), terms);
        shop.owner.post("/plans/pro/prices", body).await
    };
    for (field, terms) in [
        ("price", json!({"price": 99})),
        ("includedBalance", json!({"includedBalance": 99})),
        ("introOffer.discountValue", base_offer("amount", 99)),
        // The interval is taken too, but the invalid value is reported first.
        ("price", json!({"price": 99, "billingInterval": "monthly"})),
    ] {
        shop.refuses(field, async || add(terms).await).await;
    }
    shop.set("jpy", "0.03", json!({})).await.data();
    shop.refuses("overage.unitPrice", async || shop.add_calls(16).await)
        .await;
    shop.add_calls(17).await.data();
    assert_eq!(shop.overages().await, json!([overage("jpy", 1, true)]));
}

// Rule 9

#[tokio::test]
async fn deletion_clears_one_price_not_the_rates() {
    let shop = Shop::open().await;
    let yearly = shop
        .owner
        .make_price("pro", "yearly", 49_000, json!({}))
        .await;
    shop.set("eur", "0.9", shop.manual_price(4500)).await.data();
    shop.set("jpy", "150", json!({})).await.data();
    let before = shop.show().await;
    let deleted = shop.delete_regional().await;
    assert_eq!(
        deleted.data(),
        &json!({"deleted": true, "object": "plan", "livemode": false})
    );
    let after = shop.show().await;
    assert_eq!(shop.all_regional().await, json!([]));
    assert_eq!(after["exchangeRates"], before["exchangeRates"]);
    let of_year = |plan: &Value| item(&plan["prices"], "id", &yearly).clone();
    assert_eq!(of_year(&after), of_year(&before));
    // Deleting again, with nothing left, succeeds.
    shop.delete_regional().await.data();
}

#[tokio::test]
async fn new_rate_brings_deleted_values_back() {
    let shop = Shop::with_balance().await;
    shop.change(base_offer("amount", 1000)).await.data();
    shop.set(
        "eur",
        "0.9",
        merged(shop.manual_price(4500), shop.manual_offer("amount", 9)),
    )
    .await
    .data();
    shop.set("jpy", "150", json!({})).await.data();
    shop.delete_regional().await.data();
    let change =
        json!({"price": 5900, "includedBalance": 1000, "introOffer": {"discountValue": 500}});
    shop.change(change).await.data();
    assert_eq!(shop.all_regional().await, json!([]));
    shop.set("eur", "0.9", json!({})).await.data();
    let wanted = json!([{
        "currency": "eur", "price": 5310, "includedBalance": 900, "autoSynced": true,
        "introOffer": offer("amount", 450, true),
    }]);
    assert_eq!(shop.all_regional().await, wanted);
}

#[tokio::test]
async fn manual_price_brings_no_offer_back() {
    let shop = Shop::open().await;
    shop.change(base_offer("amount", 1000)).await.data();
    shop.set("jpy", "150", json!({})).await.data();
    shop.delete_regional().await.data();
    shop.upsert(json!([{"currency": "jpy", "price": 7000}]))
        .await
        .data();
    assert_eq!(shop.regional("jpy").await, plain("jpy", 7000, false));
    shop.change(json!({"price": 5900})).await.data();
    assert_eq!(shop.regional("jpy").await, plain("jpy", 7000, false));
    shop.set("jpy", "150", json!({})).await.data();
    let mut wanted = plain("jpy", 7000, false);
    wanted["introOffer"] = offer("amount", 1500, true);
    assert_eq!(shop.regional("jpy").await, wanted);
}

#[tokio::test]
async fn removed_feature_loses_regional_values() {
    let shop = Shop::open().await;
    shop.add_calls(20).await.data();
    let manual = json!({"features": [{"featureId": "calls", "overageUnitPrice": 2900}]});
    shop.set("jpy", "150", manual).await.data();
    shop.owner.delete("/plans/pro/features/calls").await.data();
    shop.add_calls(20).await.data();
    assert_eq!(shop.overages().await, json!([overage("jpy", 3000, true)]));
}

#[tokio::test]
async fn plan_without_prices_keeps_its_rates() {
    let server = TestServer::start().await;
    let owner = server.actor("acme", Mode::Live).await;
    owner.make_plan("pro", json!({})).await;
    let body = r#"{"currency": "jpy", "exchangeRate": 150.50}"#;
    let set = owner.raw(Method::PUT, "/plans/pro/regional", body).await;
    assert_eq!(set.data()["pricesConfigured"], 0);
    assert_eq!(set.data()["livemode"], true);
    owner.make_price("pro", "monthly", 4900, json!({})).await;
    let plan = owner.show_plan("pro").await;
    assert_eq!(
        plan["prices"][0]["regionalPrices"],
        json!([plain("jpy", 7375, true)])
    );
}
