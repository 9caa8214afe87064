//! Setting prices one currency at a time.

use super::*;

// Rule 10

#[tokio::test]
async fn upsert_leaves_other_currencies_alone() {
    let shop = Shop::open().await;
    shop.set("jpy", "150", json!({})).await.data();
    let set = shop
        .upsert(json!([{"currency": "EUR", "price": 4500}]))
        .await;
    let wanted = json!({
        "priceId": shop.price, "overrides": [
            {"currency": "eur", "price": 4500}, {"currency": "jpy", "price": 7350},
        ],
        "object": "plan", "livemode": false,
    });
    assert_eq!(set.data(), &wanted);
    let wanted = json!([plain("eur", 4500, false), plain("jpy", 7350, true)]);
    assert_eq!(shop.all_regional().await, wanted);
    shop.upsert(json!([{"currency": "jpy", "price": 0}]))
        .await
        .data();
    assert_eq!(shop.regional("jpy").await, plain("jpy", 0, false));
}

#[tokio::test]
async fn an_upsert_sets_no_rate() {
    let shop = Shop::open().await;
    shop.upsert(json!([{"currency": "eur", "price": 4500}]))
        .await
        .data();
    assert_eq!(shop.show().await["exchangeRates"], json!([]));
    // Without a rate no value follows.
    shop.change(json!({"price": 5900})).await.data();
    let yearly = shop
        .owner
        .make_price("pro", "yearly", 49_000, json!({}))
        .await;
    let plan = shop.show().await;
    assert_eq!(
        item(&plan["prices"], "id", &yearly)["regionalPrices"],
        json!([])
    );
    assert_eq!(shop.regional("eur").await, plain("eur", 4500, false));
}

#[tokio::test]
async fn upsert_names_known_currencies_once() {
    let shop = Shop::open().await;
    for (overrides, field) in [
        (
            json!([{"currency": "eur", "price": 1}, {"currency": "EUR", "price": 2}]),
            "overrides[1].currency",
        ),
        (
            json!([{"currency": "eur", "price": 1}, {"currency": "xxx", "price": 2}]),
            "overrides[1].currency",
        ),
        (
            json!([{"currency": "", "price": 2}]),
            "overrides[0].currency",
        ),
        (
            json!([{"currency": "eur", "price": 1, "includedBalance": 1}]),
            "overrides[0].includedBalance",
        ),
    ] {
        shop.refuses(field, async || shop.upsert(overrides).await)
            .await;
    }
    let currencies = shop.owner.get("/currencies").await;
    let all = each(currencies.data(), "code");
    let all: Vec<_> = all
        .as_array()
        .unwrap()
        .iter()
        .map(|code| json!({"currency": code, "price": 7}))
        .collect();
    assert_eq!(all.len(), 21);
    let set = shop.upsert(json!(all)).await;
    assert_eq!(set.data()["overrides"], json!(all));
}

#[tokio::test]
async fn upsert_without_balance_derives_it() {
    let shop = Shop::with_balance().await;
    shop.set("jpy", "150", json!({})).await.data();
    let overrides = json!([{"currency": "jpy", "price": 7000}, {"currency": "eur", "price": 4500}]);
    let set = shop.upsert(overrides).await;
    let wanted = json!([
        {"currency": "eur", "price": 4500},
        {"currency": "jpy", "price": 7000, "includedBalance": 3000},
    ]);
    assert_eq!(set.data()["overrides"], wanted);
    shop.upsert(json!([{"currency": "jpy", "price": 7000, "includedBalance": 1}]))
        .await
        .data();
    shop.change(json!({"includedBalance": 4000})).await.data();
    assert_eq!(shop.regional("jpy").await["includedBalance"], 1);
    // A later rate derives the value that was left out.
    shop.set("eur", "0.5", json!({})).await.data();
    assert_eq!(shop.regional("eur").await["includedBalance"], 2000);
}

#[tokio::test]
async fn an_upsert_keeps_the_offer_beside_the_price() {
    let shop = Shop::open().await;
    shop.change(base_offer("amount", 1000)).await.data();
    shop.set("jpy", "150", json!({})).await.data();
    shop.upsert(json!([{"currency": "jpy", "price": 7000}]))
        .await
        .data();
    let wanted = json!({
        "currency": "jpy", "price": 7000, "includedBalance": null, "autoSynced": false,
        "introOffer": offer("amount", 1500, true),
    });
    assert_eq!(shop.regional("jpy").await, wanted);
}

// Rule 11

#[tokio::test]
async fn sent_offer_is_manual_beside_any_price() {
    let shop = Shop::open().await;
    shop.change(base_offer("amount", 1000)).await.data();
    shop.set("jpy", "150", shop.manual_offer("percentage", 5000))
        .await
        .data();
    let mut wanted = plain("jpy", 7350, true);
    wanted["introOffer"] = json!({
        "discountType": "percentage", "discountValue": 5000, "durationCycles": 1,
        "autoSynced": false,
    });
    assert_eq!(shop.regional("jpy").await, wanted);
    shop.change(json!({"price": 5900, "introOffer": {"discountValue": 500}}))
        .await
        .data();
    wanted["price"] = json!(8850);
    assert_eq!(shop.regional("jpy").await, wanted);
    shop.set("eur", "1", shop.manual_price(4500)).await.data();
    let regional = shop.regional("eur").await;
    assert_eq!(regional["autoSynced"], false);
    assert_eq!(regional["introOffer"], offer("amount", 500, true));
}

#[tokio::test]
async fn regional_offer_keeps_to_offer_limits() {
    let shop = Shop::open().await;
    let field = "introOffers[0].discountValue";
    for (discount_type, value) in [("percentage", 10_001), ("amount", 7351)] {
        let offer = shop.manual_offer(discount_type, value);
        shop.refuses(field, async || shop.set("jpy", "150", offer).await)
            .await;
    }
    shop.set("jpy", "150", shop.manual_offer("percentage", 10_000))
        .await
        .data();
    shop.set("jpy", "150", shop.manual_offer("amount", 7350))
        .await
        .data();
    // The discount is compared with the price in the same request.
    let both = merged(shop.manual_price(100), shop.manual_offer("amount", 101));
    shop.refuses(field, async || shop.set("jpy", "150", both).await)
        .await;
    let both = merged(shop.manual_price(8000), shop.manual_offer("amount", 8000));
    shop.set("jpy", "150", both).await.data();
}
