//! Withdrawing currencies, and deriving their values again.

use super::*;

// Withdrawing a currency

#[tokio::test]
async fn a_withdrawn_currency_is_gone() {
    let shop = Shop::with_calls("monthly").await;
    shop.change(offer(true, 1000)).await.data();
    shop.set("jpy", "150.0", shop.manual_price(7000))
        .await
        .data();
    let calls = json!({"features": [{"featureId": "calls", "overageUnitPrice": 7}]});
    shop.set("eur", "1.0", calls).await.data();
    let gone = shop.withdraw("JPY").await;
    let plan = shop.show().await;
    let wanted = json!({
        "planId": plan["id"], "currency": "jpy", "deleted": true, "object": "plan",
        "livemode": false,
    });
    assert_eq!(gone.data(), &wanted);
    let rates = json!([{"currency": "eur", "exchangeRate": 1.0}]);
    assert_eq!(plan["exchangeRates"], rates);
    assert_eq!(plan["prices"][0]["regionalPrices"][0]["currency"], "eur");
    assert_eq!(
        plan["prices"][0]["regionalPrices"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    for currency in ["jpy", "gbp", "xxx", "%20"] {
        let again = shop.withdraw(currency).await;
        again.refused(404, "regional_pricing_not_found");
    }
    // Hidden values are withdrawn too.
    shop.withdraw("eur").await.data();
    shop.set("eur", "1.0", json!({})).await.data();
    shop.change_feature(json!({"overage": {"enabled": true, "unitPrice": 20}}))
        .await
        .data();
    assert_eq!(shop.overages().await[0]["overageUnitPrice"], 20);
    // A currency with manual values but no rate can be withdrawn.
    shop.upsert_price("gbp", 1).await.data();
    shop.upsert_price("gbp", 2000).await.data();
}

#[tokio::test]
async fn a_resync_derives_what_it_names() {
    let shop = Shop::with_calls("monthly").await;
    shop.change(offer(true, 1000)).await.data();
    shop.change_feature(json!({"overage": {"enabled": true, "unitPrice": 20}}))
        .await
        .data();
    let mut manual = merged(shop.manual_price(7000), shop.manual_amount(7));
    manual["features"] = json!([{"featureId": "calls", "overageUnitPrice": 7}]);
    shop.set("jpy", "150.0", manual).await.data();
    let seen = async || {
        let regional = shop.regional("jpy").await;
        let offer = regional["introOffer"]["discountValue"].clone();
        let overage = shop.overages().await[0]["overageUnitPrice"].clone();
        json!([regional["price"], offer, overage])
    };
    let set = shop.resync("JPY", json!({"prices": [shop.price]})).await;
    let wanted = json!({
        "planId": shop.show().await["id"], "currency": "jpy", "exchangeRate": 150.0,
        "pricesConfigured": 1, "featuresConfigured": 1, "object": "plan", "livemode": false,
    });
    assert_eq!(set.data(), &wanted);
    assert_eq!(seen().await, json!([7350, 7, 7]));
    shop.resync("jpy", json!({"features": ["calls"]}))
        .await
        .data();
    assert_eq!(seen().await, json!([7350, 7, 3000]));
    shop.resync("jpy", json!({})).await.data();
    assert_eq!(seen().await, json!([7350, 1500, 3000]));
    // The derived value follows its base price again.
    shop.change(json!({"price": 5900})).await.data();
    assert_eq!(seen().await, json!([8850, 1500, 3000]));
}

#[tokio::test]
async fn a_resync_refuses_what_it_cannot_do() {
    let shop = Shop::with_calls("monthly").await;
    shop.upsert_price("eur", 1).await.data();
    shop.refuses("currency", async || shop.resync("eur", json!({})).await)
        .await;
    let unknown = shop.resync("xxx", json!({})).await;
    unknown.refused(404, "regional_pricing_not_found");
    let nobody = json!({"prices": ["prc_nobody"]});
    let reply = shop.resync("eur", nobody).await;
    reply.refused(404, "price_not_found");
    let reply = shop.resync("eur", json!({"features": ["none"]})).await;
    reply.refused(404, "feature_not_in_plan");
    shop.set("eur", "1.0", json!({})).await.data();
    let twice = json!({"prices": [shop.price, shop.price]});
    shop.refuses("prices[1]", async || shop.resync("eur", twice).await)
        .await;
    shop.refuses("features", async || {
        shop.resync("eur", json!({"features": []})).await
    })
    .await;
    // A price that would become free.
    shop.change(json!({"price": 0})).await.data();
    shop.set("eur", "0.001", shop.manual_price(5)).await.data();
    shop.change(json!({"price": 1})).await.data();
    shop.refuses("currency", async || shop.resync("eur", json!({})).await)
        .await;
}
