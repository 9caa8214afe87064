//! Refusals and their order.

use super::*;

// The calls themselves

#[tokio::test]
async fn refused_call_changes_nothing() {
    let shop = Shop::open().await;
    shop.add_calls(20).await.data();
    shop.owner.make_price("pro", "weekly", 1, json!({})).await;
    let more = merged(shop.manual_price(9000), shop.manual_offer("amount", 1));
    let features = json!({"features": [{"featureId": "calls", "overageUnitPrice": 7}]});
    // The weekly price of one cent has no equivalent in yen.
    let set = async || shop.set("jpy", "49", merged(more, features)).await;
    shop.refuses("exchangeRate", set).await;
}

#[tokio::test]
async fn a_part_of_the_plan_is_named_once_in_a_request() {
    let shop = Shop::open().await;
    shop.add_calls(20).await.data();
    let feature = shop.owner.get("/features/calls").await.id().to_owned();
    let price = json!({"priceId": shop.price, "price": 1});
    let offer = &shop.manual_offer("percentage", 1)["introOffers"][0];
    let by = |name: &str| json!({"featureId": name, "overageUnitPrice": 1});
    for (field, more) in [
        ("prices[1].priceId", json!({"prices": [price, price]})),
        (
            "features[1].featureId",
            json!({"features": [by("calls"), by(&feature)]}),
        ),
        (
            "introOffers[1].priceId",
            json!({"introOffers": [offer, offer]}),
        ),
    ] {
        shop.refuses(field, async || shop.set("jpy", "150", more).await)
            .await;
    }
}

#[tokio::test]
async fn a_free_plan_is_free_in_every_currency() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    owner.make_plan("free", json!({"isFree": true})).await;
    let price = owner.make_price("free", "monthly", 0, json!({})).await;
    let set = async |price_in_yen: i64| {
        let prices = json!([{"priceId": price, "price": price_in_yen}]);
        let body = json!({"currency": "jpy", "exchangeRate": 150, "prices": prices});
        owner.put("/plans/free/regional", body).await
    };
    set(1).await.invalid(&["prices[0].price"]);
    set(0).await.data();
    let path = format!("/plans/free/prices/{price}/regional");
    let overrides = |price: i64| json!({"overrides": [{"currency": "eur", "price": price}]});
    owner
        .put(&path, overrides(1))
        .await
        .invalid(&["overrides[0].price"]);
    owner.put(&path, overrides(0)).await.data();
}

#[tokio::test]
async fn only_balance_plans_take_a_balance() {
    let shop = Shop::open().await;
    let mut manual = shop.manual_price(7000);
    manual["prices"][0]["includedBalance"] = json!(0);
    let set = async || shop.set("jpy", "150", manual).await;
    shop.refuses("prices[0].includedBalance", set).await;
}

#[tokio::test]
async fn schema_fault_names_its_path() {
    let shop = Shop::open().await;
    let cases: [(Value, &[&str]); 11] = [
        (json!({}), &["currency", "exchangeRate"]),
        (json!({"currency": "", "exchangeRate": 150}), &["currency"]),
        (
            json!({"currency": "xxx", "exchangeRate": 150}),
            &["currency"],
        ),
        (
            json!({"currency": "jpy", "exchangeRate": 150, "prices": null}),
            &["prices"],
        ),
        (
            json!({"currency": "jpy", "exchangeRate": 150, "prices": [{}]}),
            &["prices[0].priceId", "prices[0].price"],
        ),
        (
            json!({"currency": "jpy", "exchangeRate": 150, "prices": [{"priceId": "x", "price": -1}]}),
            &["prices[0].price"],
        ),
        (
            json!({"currency": "jpy", "exchangeRate": 150, "prices": [{"priceId": "x", "price": 1, "includedBalance": -1}]}),
            &["prices[0].includedBalance"],
        ),
        (
            json!({"currency": "jpy", "exchangeRate": 150, "features": [{"overageUnitPrice": -1}]}),
            &["features[0].featureId", "features[0].overageUnitPrice"],
        ),
        (
            json!({"currency": "jpy", "exchangeRate": 150, "introOffers": [{"priceId": "x", "discountType": "amount", "discountValue": 0, "durationCycles": 0}]}),
            &[
                "introOffers[0].discountValue",
                "introOffers[0].durationCycles",
            ],
        ),
        (
            json!({"currency": "jpy", "exchangeRate": 150, "introOffers": [{"priceId": "x"}]}),
            &[
                "introOffers[0].discountType",
                "introOffers[0].discountValue",
                "introOffers[0].durationCycles",
            ],
        ),
        (
            json!({"currency": "jpy", "exchangeRate": 150, "rate": 1}),
            &["rate"],
        ),
    ];
    for (body, fields) in cases {
        shop.owner
            .put("/plans/pro/regional", body)
            .await
            .invalid(fields);
    }
    let one = json!({"currency": "eur", "price": 1});
    let cases: [(Value, &[&str]); 5] = [
        (json!([]), &["overrides"]),
        (json!(vec![one; 201]), &["overrides"]),
        (
            json!([{}]),
            &["overrides[0].currency", "overrides[0].price"],
        ),
        (
            json!([{"currency": "eur", "price": 1, "includedBalance": "1"}]),
            &["overrides[0].includedBalance"],
        ),
        (
            json!([{"currency": "eur", "price": 0.5, "rate": 1}]),
            &["overrides[0].price", "overrides[0].rate"],
        ),
    ];
    for (overrides, fields) in cases {
        shop.upsert(overrides).await.invalid(fields);
    }
    assert_eq!(shop.all_regional().await, json!([]));
}

#[tokio::test]
async fn refusals_come_in_their_order() {
    let shop = Shop::open().await;
    let set = async |plan: &str, more: Value| {
        let body = merged(json!({"currency": "jpy", "exchangeRate": 150}), more);
        shop.owner
            .put(&format!("/plans/{plan}/regional"), body)
            .await
    };
    let unknown_price = json!([{"priceId": UNKNOWN_PRICE, "price": 1}]);
    let unknown_feature = json!([{"featureId": "calls", "overageUnitPrice": 1}]);
    let broken_rate = exact("1.00000000000000001");
    let more = json!({"prices": unknown_price, "exchangeRate": 0});
    set("nowhere", more).await.invalid(&["exchangeRate"]);
    let more = json!({"prices": unknown_price, "exchangeRate": broken_rate});
    set("nowhere", more.clone())
        .await
        .refused(404, "plan_not_found");
    set("pro", more).await.refused(404, "price_not_found");
    let more = json!({"features": unknown_feature, "exchangeRate": broken_rate});
    set("pro", more).await.refused(404, "feature_not_in_plan");
    let offer = json!({
        "priceId": UNKNOWN_PRICE, "discountType": "percentage", "discountValue": 10_001,
        "durationCycles": 1,
    });
    set("pro", json!({"introOffers": [offer]}))
        .await
        .refused(404, "price_not_found");
    set("pro", json!({"exchangeRate": broken_rate}))
        .await
        .invalid(&["exchangeRate"]);
    assert_eq!(shop.show().await["exchangeRates"], json!([]));
}

#[tokio::test]
async fn refusals_come_in_their_order_for_one_price() {
    let shop = Shop::open().await;
    let put = async |plan: &str, price: &str, override_: Value| {
        let path = format!("/plans/{plan}/prices/{price}/regional");
        shop.owner
            .put(&path, json!({"overrides": [override_]}))
            .await
    };
    let broken_schema = json!({"currency": "xxx", "price": -1});
    let broken_rule = json!({"currency": "xxx", "price": 1});
    put("nowhere", UNKNOWN_PRICE, broken_schema)
        .await
        .invalid(&["overrides[0].price"]);
    let reply = put("nowhere", &shop.price, broken_rule.clone()).await;
    reply.refused(404, "plan_not_found");
    let reply = put("pro", UNKNOWN_PRICE, broken_rule.clone()).await;
    reply.refused(404, "price_not_found");
    put("pro", &shop.price, broken_rule)
        .await
        .invalid(&["overrides[0].currency"]);
    for (plan, price, code) in [
        ("nowhere", shop.price.as_str(), "plan_not_found"),
        ("pro", UNKNOWN_PRICE, "price_not_found"),
        ("pro", "monthly", "price_not_found"),
    ] {
        let path = format!("/plans/{plan}/prices/{price}/regional");
        shop.owner.delete(&path).await.refused(404, code);
    }
}

#[tokio::test]
async fn a_price_of_another_plan_is_not_found() {
    let shop = Shop::open().await;
    shop.owner.make_plan("other", json!({})).await;
    let other = shop
        .owner
        .make_price("other", "monthly", 100, json!({}))
        .await;
    let prices = json!({"prices": [{"priceId": other, "price": 1}]});
    shop.set("jpy", "150", prices)
        .await
        .refused(404, "price_not_found");
    let path = format!("/plans/pro/prices/{other}/regional");
    let body = json!({"overrides": [{"currency": "eur", "price": 1}]});
    shop.owner
        .put(&path, body)
        .await
        .refused(404, "price_not_found");
    shop.owner
        .delete(&path)
        .await
        .refused(404, "price_not_found");
}
