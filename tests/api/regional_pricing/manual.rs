//! Values set by the request.

use super::*;

// Rules 5 and 6

#[tokio::test]
async fn sent_values_are_manual_others_derived() {
    let shop = Shop::open().await;
    shop.add_calls(20).await.data();
    let yearly = shop
        .owner
        .make_price("pro", "yearly", 49_000, json!({}))
        .await;
    let set = shop.set("jpy", "150", shop.manual_price(7000)).await;
    assert_eq!(set.data()["pricesConfigured"], 2);
    assert_eq!(set.data()["featuresConfigured"], 1);
    assert_eq!(shop.regional("jpy").await, plain("jpy", 7000, false));
    let plan = shop.show().await;
    let of_year = &item(&plan["prices"], "id", &yearly)["regionalPrices"];
    assert_eq!(of_year, &json!([plain("jpy", 73_500, true)]));
    assert_eq!(shop.overages().await, json!([overage("jpy", 3000, true)]));
    let manual = json!({"features": [{"featureId": "calls", "overageUnitPrice": 2900}]});
    shop.set("jpy", "150", manual).await.data();
    assert_eq!(shop.overages().await, json!([overage("jpy", 2900, false)]));
}

#[tokio::test]
async fn values_left_out_stay_manual() {
    let shop = Shop::open().await;
    shop.add_calls(20).await.data();
    let yearly = shop
        .owner
        .make_price("pro", "yearly", 49_000, json!({}))
        .await;
    let manual = json!({"features": [{"featureId": "calls", "overageUnitPrice": 2900}]});
    shop.set("jpy", "150", merged(manual, shop.manual_price(7000)))
        .await
        .data();
    shop.set("jpy", "160", json!({})).await.data();
    assert_eq!(shop.regional("jpy").await, plain("jpy", 7000, false));
    assert_eq!(shop.overages().await, json!([overage("jpy", 2900, false)]));
    let plan = shop.show().await;
    let of_year = &item(&plan["prices"], "id", &yearly)["regionalPrices"];
    assert_eq!(of_year, &json!([plain("jpy", 78_400, true)]));
    assert_eq!(
        plan["exchangeRates"],
        json!([{"currency": "jpy", "exchangeRate": 160}])
    );
}

#[tokio::test]
async fn override_without_balance_derives_it() {
    let shop = Shop::with_balance().await;
    let mut manual = shop.manual_price(7000);
    shop.set("jpy", "150", manual.clone()).await.data();
    let seen = async || {
        let regional = shop.regional("jpy").await;
        assert_eq!(regional["autoSynced"], false);
        (
            regional["price"].clone(),
            regional["includedBalance"].clone(),
        )
    };
    assert_eq!(seen().await, (json!(7000), json!(3000)));
    // The derived balance beside the manual price still follows its base.
    shop.change(json!({"includedBalance": 4000})).await.data();
    assert_eq!(seen().await, (json!(7000), json!(6000)));
    manual["prices"][0]["includedBalance"] = json!(5);
    shop.set("jpy", "150", manual.clone()).await.data();
    assert_eq!(seen().await, (json!(7000), json!(5)));
    shop.set("jpy", "160", json!({})).await.data();
    assert_eq!(seen().await, (json!(7000), json!(5)));
    // A price alone keeps a manual balance, and null derives it again.
    shop.set("jpy", "160", shop.manual_price(7001)).await.data();
    assert_eq!(seen().await, (json!(7001), json!(5)));
    shop.upsert(json!([{"currency": "jpy", "price": 7002}]))
        .await
        .data();
    assert_eq!(seen().await, (json!(7002), json!(5)));
    manual["prices"][0]["includedBalance"] = Value::Null;
    shop.set("jpy", "160", manual).await.data();
    assert_eq!(seen().await, (json!(7000), json!(6400)));
    let overrides =
        |balance: Value| json!([{"currency": "jpy", "price": 7000, "includedBalance": balance}]);
    shop.upsert(overrides(json!(6))).await.data();
    assert_eq!(seen().await, (json!(7000), json!(6)));
    shop.upsert(overrides(Value::Null)).await.data();
    assert_eq!(seen().await, (json!(7000), json!(6400)));
}

#[tokio::test]
async fn an_override_for_a_boolean_feature_is_refused() {
    let shop = Shop::open().await;
    shop.owner
        .post("/plans/pro/features", json!({"featureId": "sso"}))
        .await
        .data();
    shop.add_calls(20).await.data();
    let features = json!({"features": [
        {"featureId": "calls", "overageUnitPrice": 1}, {"featureId": "sso", "overageUnitPrice": 1},
    ]});
    let set = async || shop.set("jpy", "150", features).await;
    shop.refuses("features[1].featureId", set).await;
}

#[tokio::test]
async fn override_waits_until_overage_is_on() {
    let shop = Shop::open().await;
    shop.owner
        .post("/plans/pro/features", json!({"featureId": "calls"}))
        .await
        .data();
    let manual = json!({"features": [{"featureId": "calls", "overageUnitPrice": 2900}]});
    shop.set("jpy", "150", manual).await.data();
    shop.change_calls(json!({"enabled": true, "unitPrice": 20}))
        .await
        .data();
    assert_eq!(shop.overages().await, json!([overage("jpy", 2900, false)]));
}

#[tokio::test]
async fn sending_it_again_changes_nothing() {
    let shop = Shop::with_balance().await;
    shop.change(base_offer("amount", 1000)).await.data();
    shop.add_calls(20).await.data();
    let manual = json!({"features": [{"featureId": "calls", "overageUnitPrice": 2900}]});
    let manual = merged(
        manual,
        merged(shop.manual_price(7000), shop.manual_offer("amount", 9)),
    );
    for body in [json!({}), manual] {
        let first = shop.set("jpy", "150.50", body.clone()).await;
        let before = shop.show().await;
        let again = shop.set("jpy", "150.50", body).await;
        assert_eq!(again.data(), first.data());
        assert_eq!(shop.show().await, before);
    }
}

#[tokio::test]
async fn manual_values_never_move() {
    let shop = Shop::with_balance().await;
    shop.change(base_offer("amount", 1000)).await.data();
    shop.add_calls(20).await.data();
    let mut manual = merged(shop.manual_price(7000), shop.manual_offer("amount", 900));
    manual["prices"][0]["includedBalance"] = json!(2900);
    manual["features"] = json!([{"featureId": "calls", "overageUnitPrice": 2900}]);
    shop.set("jpy", "150", manual).await.data();
    let before = (shop.regional("jpy").await, shop.overages().await);
    let change =
        json!({"price": 5900, "includedBalance": 3000, "introOffer": {"discountValue": 500}});
    shop.change(change).await.data();
    shop.change(json!({"introOffer": {"enabled": false}, "includedBalance": null}))
        .await
        .data();
    shop.change_calls(json!({"unitPrice": 40})).await.data();
    shop.change_calls(json!({"enabled": false})).await.data();
    shop.set("jpy", "151", json!({})).await.data();
    // While the overage and the offer are off, their manual values are hidden; later they return
    // unchanged.
    assert_eq!(shop.regional("jpy").await["introOffer"], Value::Null);
    assert_eq!(shop.overages().await, json!([]));
    shop.change(json!({"introOffer": {"enabled": true}}))
        .await
        .data();
    shop.change_calls(json!({"enabled": true})).await.data();
    assert_eq!((shop.regional("jpy").await, shop.overages().await), before);
}
