//! Regional offers, beside prices, rates and manual values.

use super::*;

// An amount is at most the price beside it, in every currency

#[tokio::test]
async fn a_low_manual_price_under_a_discount() {
    let shop = Shop::with_calls("monthly").await;
    shop.change(offer(true, 1000)).await.data();
    shop.set("jpy", "150.0", json!({})).await.data();
    shop.refuses("overrides[0].price", async || {
        shop.upsert_price("jpy", 1499).await
    })
    .await;
    shop.refuses("prices[0].price", async || {
        shop.set("jpy", "150.0", shop.manual_price(1499)).await
    })
    .await;
    shop.refuses("overrides[0].price", async || {
        shop.upsert_price("JPY", 0).await
    })
    .await;
    shop.upsert_price("jpy", 1500).await.data();
    // The limit applies to manual and derived discounts alike.
    shop.set("jpy", "150.0", shop.manual_amount(1400))
        .await
        .data();
    shop.upsert_price("jpy", 1400).await.data();
    shop.refuses("overrides[0].price", async || {
        shop.upsert_price("jpy", 1399).await
    })
    .await;
}

#[tokio::test]
async fn a_base_price_cut_under_a_manual_discount() {
    let shop = Shop::with_calls("monthly").await;
    shop.change(offer(true, 10)).await.data();
    shop.set("jpy", "150.0", shop.manual_amount(7000))
        .await
        .data();
    shop.refuses("price", async || shop.change(json!({"price": 4600})).await)
        .await;
    shop.refuses("price", async || {
        shop.change(json!({"price": 4600, "introOffer": {"durationCycles": 2}}))
            .await
    })
    .await;
    shop.change(json!({"price": 4700})).await.data();
    shop.refuses("exchangeRate", async || {
        shop.set("jpy", "148.0", json!({})).await
    })
    .await;
    shop.set("jpy", "149.0", json!({})).await.data();
}

#[tokio::test]
async fn a_price_of_zero_beside_a_discount() {
    let shop = Shop::with_calls("monthly").await;
    shop.change(offer(true, 10)).await.data();
    shop.refuses("price", async || shop.change(json!({"price": 0})).await)
        .await;
    shop.change(json!({"introOffer": {"discountType": "percentage"}}))
        .await
        .data();
    shop.set("jpy", "150.0", shop.manual_amount(7)).await.data();
    shop.refuses("price", async || shop.change(json!({"price": 0})).await)
        .await;
}

#[tokio::test]
async fn a_rate_after_a_manual_price() {
    let shop = Shop::with_calls("monthly").await;
    shop.change(offer(true, 1000)).await.data();
    shop.upsert_price("jpy", 1499).await.data();
    shop.refuses("exchangeRate", async || {
        shop.set("jpy", "150.0", json!({})).await
    })
    .await;
    shop.set("jpy", "149.0", json!({})).await.data();
    shop.refuses("exchangeRate", async || {
        shop.set("jpy", "150.0", json!({})).await
    })
    .await;
    // If the call sends the price again, the error names the price.
    shop.refuses("prices[0].price", async || {
        shop.set("jpy", "150.0", shop.manual_price(1499)).await
    })
    .await;
}

#[tokio::test]
async fn an_offer_switched_on_or_raised() {
    let shop = Shop::with_calls("monthly").await;
    shop.change(offer(false, 1000)).await.data();
    shop.set("jpy", "150.0", shop.manual_price(1499))
        .await
        .data();
    shop.refuses("introOffer.enabled", async || {
        shop.change(switched(true)).await
    })
    .await;
    shop.change(offer(true, 999)).await.data();
    shop.refuses("introOffer.discountValue", async || {
        shop.change(offer(true, 1000)).await
    })
    .await;
    shop.change(json!({"introOffer": {"discountType": "percentage", "discountValue": 1000}}))
        .await
        .data();
    shop.refuses("introOffer.discountType", async || {
        shop.change(json!({"introOffer": {"discountType": "amount"}}))
            .await
    })
    .await;
}

#[tokio::test]
async fn a_discount_that_comes_in_sight() {
    let shop = Shop::with_calls("monthly").await;
    shop.change(offer(true, 10)).await.data();
    shop.set("jpy", "150.0", shop.manual_amount(7000))
        .await
        .data();
    shop.change(switched(false)).await.data();
    // A hidden offer has no limit.
    shop.change(json!({"price": 100})).await.data();
    shop.set("jpy", "140.0", shop.manual_price(1)).await.data();
    shop.refuses("introOffer.enabled", async || {
        shop.change(switched(true)).await
    })
    .await;
    shop.upsert_price("jpy", 7000).await.data();
    shop.change(switched(true)).await.data();
    assert_eq!(
        shop.regional("jpy").await["introOffer"]["discountValue"],
        7000
    );
}

#[tokio::test]
async fn a_resync_beside_a_manual_value() {
    let shop = Shop::with_calls("monthly").await;
    shop.change(offer(true, 1000)).await.data();
    let manual = merged(shop.manual_price(9000), shop.manual_amount(8000));
    shop.set("jpy", "150.0", manual).await.data();
    let price = json!({"prices": [shop.price]});
    shop.refuses("prices[0]", async || shop.resync("jpy", price).await)
        .await;
    shop.set(
        "eur",
        "1.0",
        merged(shop.manual_price(900), shop.manual_amount(1)),
    )
    .await
    .data();
    let offers = json!({"introOffers": [shop.price]});
    shop.refuses("introOffers[0]", async || shop.resync("eur", offers).await)
        .await;
    shop.resync("eur", json!({})).await.data();
    shop.resync("jpy", json!({})).await.data();
    assert_eq!(
        shop.regional("jpy").await["introOffer"]["discountValue"],
        1500
    );
}

// Offers that are switched off

#[tokio::test]
async fn an_offer_that_is_off_is_held_to_no_limit() {
    let shop = Shop::with_calls("one_time").await;
    let mut off = offer(false, 5000);
    off["introOffer"]["durationCycles"] = json!(12);
    shop.change(off).await.data();
    shop.change(json!({"price": 3})).await.data();
    shop.change(json!({"introOffer": {"discountType": "percentage", "discountValue": 10_001}}))
        .await
        .data();
    let on = shop.change(switched(true)).await;
    assert_eq!(on.status, 400);
    for detail in on.body["error"]["details"].as_array().unwrap() {
        assert_eq!(detail["field"], "introOffer.enabled");
    }
    // The same holds in other currencies.
    shop.set("jpy", "150.0", shop.manual_amount(9999))
        .await
        .data();
    assert_eq!(shop.regional("jpy").await["introOffer"], Value::Null);
}

#[tokio::test]
async fn an_offer_taken_away_goes_in_every_currency() {
    let shop = Shop::with_calls("monthly").await;
    shop.change(offer(true, 1000)).await.data();
    shop.set("jpy", "150.0", shop.manual_amount(7)).await.data();
    shop.set("eur", "1.0", json!({})).await.data();
    let gone = shop.change(json!({"introOffer": null})).await;
    assert_eq!(gone.data()["introOffer"], Value::Null);
    for currency in ["jpy", "eur"] {
        assert_eq!(shop.regional(currency).await["introOffer"], Value::Null);
    }
    shop.change(offer(true, 500)).await.data();
    assert_eq!(
        shop.regional("eur").await["introOffer"]["discountValue"],
        500
    );
    assert_eq!(shop.regional("jpy").await["introOffer"]["discountValue"], 7);
    let body = json!({"billingInterval": "yearly", "price": 1, "introOffer": null});
    let added = shop.owner.post("/plans/pro/prices", body).await;
    assert_eq!(added.data()["introOffer"], Value::Null);
}

// Deleted values

#[tokio::test]
async fn no_order_of_calls_brings_a_deleted_offer_back() {
    let change = json!({"price": 5900, "introOffer": {"discountValue": 500}});
    for order in [
        "upsert change",
        "change upsert",
        "upsert off on",
        "off upsert on",
        "upsert resync",
    ] {
        let shop = Shop::with_calls("monthly").await;
        shop.change(offer(true, 1000)).await.data();
        shop.set("jpy", "150.0", json!({})).await.data();
        shop.delete_regional().await.data();
        for call in order.split(' ') {
            match call {
                "upsert" => shop.upsert_price("jpy", 7000).await,
                "change" => shop.change(change.clone()).await,
                "resync" => shop.resync("jpy", json!({})).await,
                call => shop.change(switched(call == "on")).await,
            }
            .data();
        }
        let regional = shop.regional("jpy").await;
        assert_eq!(regional["introOffer"], Value::Null, "{order}");
        shop.set("jpy", "150.0", json!({})).await.data();
        let offer = &shop.regional("jpy").await["introOffer"];
        assert_eq!(offer["autoSynced"], true, "{order}");
    }
}

#[tokio::test]
async fn upsert_without_a_rate_deletes_no_offer() {
    let shop = Shop::with_calls("monthly").await;
    shop.upsert_price("jpy", 7000).await.data();
    shop.set("jpy", "150.0", json!({})).await.data();
    shop.change(offer(true, 10)).await.data();
    assert_eq!(
        shop.regional("jpy").await["introOffer"]["discountValue"],
        15
    );
}
