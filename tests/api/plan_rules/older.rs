//! Rules that a catalog already violates.

use super::*;

// Catalogs of earlier versions

#[tokio::test]
async fn old_fault_blocks_only_what_worsens_it() {
    let shop = Shop::with_calls("monthly").await;
    shop.change(offer(true, 10)).await.data();
    shop.set("jpy", "150.0", shop.manual_amount(7000))
        .await
        .data();
    let shop = shop
        .rewritten("UPDATE regional_prices SET intro_offer_discount_value = 8000")
        .await;
    shop.change(json!({"trialDays": 7})).await.data();
    shop.change(json!({"price": 5000})).await.data();
    shop.set("jpy", "150.0", json!({})).await.data();
    shop.set("eur", "1.0", json!({})).await.data();
    shop.change_feature(json!({"includedAmount": 1}))
        .await
        .data();
    shop.refuses("price", async || shop.change(json!({"price": 4990})).await)
        .await;
    shop.refuses("exchangeRate", async || {
        shop.set("jpy", "149.0", json!({})).await
    })
    .await;
    shop.refuses("introOffers[0].discountValue", async || {
        shop.set("jpy", "150.0", shop.manual_amount(8001)).await
    })
    .await;
    shop.set("jpy", "150.0", shop.manual_amount(7999))
        .await
        .data();
    // Once corrected, the value must follow the rule.
    shop.change(json!({"price": 6000})).await.data();
    shop.refuses("price", async || shop.change(json!({"price": 5000})).await)
        .await;
}

#[tokio::test]
async fn an_old_trial_stays_until_it_is_changed() {
    let shop = Shop::with_calls("monthly").await;
    let shop = shop
        .rewritten("UPDATE plan_prices SET trial_days = 1000")
        .await;
    shop.change(json!({"price": 5000, "trialDays": 1000}))
        .await
        .data();
    assert_eq!(shop.show().await["prices"][0]["trialDays"], 1000);
    shop.refuses("trialDays", async || {
        shop.change(json!({"trialDays": 1001})).await
    })
    .await;
    shop.change(json!({"trialDays": 800})).await.data();
    shop.change(json!({"trialDays": 30})).await.data();
    shop.refuses("trialDays", async || {
        shop.change(json!({"trialDays": 731})).await
    })
    .await;
}

#[tokio::test]
async fn offer_deleted_long_ago_stays_deleted() {
    let shop = Shop::with_calls("monthly").await;
    shop.change(offer(true, 1000)).await.data();
    shop.set("jpy", "150.0", json!({})).await.data();
    let shop = shop
        .rewritten(
            "UPDATE regional_prices SET intro_offer_discount_type = NULL, \
             intro_offer_discount_value = NULL, intro_offer_duration_cycles = NULL, \
             intro_offer_auto_synced = NULL",
        )
        .await;
    shop.change(json!({"introOffer": {"discountValue": 500}}))
        .await
        .data();
    shop.upsert_price("jpy", 7000).await.data();
    assert_eq!(shop.regional("jpy").await["introOffer"], Value::Null);
    shop.set("jpy", "150.0", json!({})).await.data();
    assert_eq!(
        shop.regional("jpy").await["introOffer"]["discountValue"],
        750
    );
}
