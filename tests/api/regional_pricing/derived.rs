//! Values derived at a rate.

use super::*;

// Rule 1

#[tokio::test]
async fn derived_price_is_in_minor_units() {
    let shop = Shop::open().await;
    for (currency, rate, price) in [
        ("jpy", "150", 7350),
        ("krw", "1380.5", 67_645),
        ("clp", "950", 46_550),
        ("pyg", "7300.25", 357_712),
        ("brl", "5.43", 26_607),
        ("eur", "0.92", 4508),
        ("ars", "1000", 4_900_000),
        ("usd", "1", 4900),
    ] {
        let set = shop.set(currency, rate, json!({})).await;
        let plan = shop.owner.get("/plans/pro").await;
        let wanted = json!({
            "planId": plan.id(), "currency": currency, "exchangeRate": exact(rate),
            "pricesConfigured": 1, "featuresConfigured": 0, "object": "plan", "livemode": false,
        });
        assert_eq!(set.data(), &wanted);
        assert_eq!(shop.regional(currency).await, plain(currency, price, true));
    }
}

#[tokio::test]
async fn half_is_rounded_once_away_from_zero() {
    let shop = Shop::open().await;
    for (base, currency, rate, price) in [
        (1, "eur", "0.5", 1),
        (1, "eur", "1.5", 2),
        (1, "eur", "2.5", 3),
        (5, "eur", "0.49", 2),
        (150, "jpy", "1", 2),
        (149, "jpy", "1", 1),
        // 1.499996 units, which rounding twice would turn into 1.5 and then 2.
        (1, "eur", "1.499996", 1),
        (1, "eur", "1.49999999999999", 1),
    ] {
        // Otherwise the values at the previous rates would follow the new price.
        shop.delete_regional().await.data();
        shop.change(json!({"price": base})).await.data();
        shop.set(currency, rate, json!({})).await.data();
        assert_eq!(
            shop.regional(currency).await["price"],
            price,
            "{base} at {rate}"
        );
    }
}

// Rule 2

#[tokio::test]
async fn overage_has_one_scale_everywhere() {
    let shop = Shop::open().await;
    shop.add_calls(20).await.data();
    let set = shop.set("krw", "1380.5", json!({})).await;
    assert_eq!(set.data()["featuresConfigured"], 1);
    shop.set("jpy", "150", json!({})).await.data();
    shop.set("eur", "0.925", json!({})).await.data();
    let wanted = json!([
        overage("eur", 19, true),
        overage("jpy", 3000, true),
        overage("krw", 27_610, true)
    ]);
    assert_eq!(shop.overages().await, wanted);
}

#[tokio::test]
async fn no_overage_means_no_regional_price() {
    let shop = Shop::open().await;
    let off = json!({"featureId": "calls", "overage": {"enabled": false, "unitPrice": 20}});
    shop.owner.post("/plans/pro/features", off).await.data();
    shop.owner
        .post("/plans/pro/features", json!({"featureId": "sso"}))
        .await
        .data();
    let set = shop.set("jpy", "150", json!({})).await;
    assert_eq!(set.data()["featuresConfigured"], 0);
    assert_eq!(shop.overages().await, json!([]));
}

// Rule 3

#[tokio::test]
async fn balance_and_amount_derive_like_a_price() {
    let shop = Shop::with_balance().await;
    shop.change(base_offer("amount", 1000)).await.data();
    shop.set("jpy", "150.5", json!({})).await.data();
    let wanted = json!({
        "currency": "jpy", "price": 7375, "includedBalance": 3010, "autoSynced": true,
        "introOffer": offer("amount", 1505, true),
    });
    assert_eq!(shop.regional("jpy").await, wanted);
}

#[tokio::test]
async fn a_percentage_and_the_cycles_are_copied() {
    let shop = Shop::open().await;
    shop.change(base_offer("percentage", 2500)).await.data();
    shop.set("jpy", "150", json!({})).await.data();
    assert_eq!(
        shop.regional("jpy").await["introOffer"],
        offer("percentage", 2500, true)
    );
}

#[tokio::test]
async fn disabled_offer_has_no_regional_value() {
    let shop = Shop::open().await;
    let mut off = base_offer("amount", 1000);
    off["introOffer"]["enabled"] = json!(false);
    shop.change(off).await.data();
    shop.set("jpy", "150", json!({})).await.data();
    assert_eq!(shop.regional("jpy").await, plain("jpy", 7350, true));
    shop.change(json!({"introOffer": {"enabled": true}}))
        .await
        .data();
    assert_eq!(
        shop.regional("jpy").await["introOffer"],
        offer("amount", 1500, true)
    );
    shop.change(json!({"introOffer": {"enabled": false}}))
        .await
        .data();
    assert_eq!(shop.regional("jpy").await["introOffer"], Value::Null);
}

// Rule 4

#[tokio::test]
async fn zero_stays_zero() {
    let shop = Shop::with_balance().await;
    shop.change(json!({"price": 0, "includedBalance": 0}))
        .await
        .data();
    shop.add_calls(0).await.data();
    shop.set("jpy", "0.000000001", json!({})).await.data();
    let regional = shop.regional("jpy").await;
    assert_eq!(
        (&regional["price"], &regional["includedBalance"]),
        (&json!(0), &json!(0))
    );
    assert_eq!(shop.overages().await, json!([overage("jpy", 0, true)]));
}

#[tokio::test]
async fn nothing_becomes_free_by_rounding() {
    let shop = Shop::open().await;
    // 4900 cents are ¥0.49 at 0.01, and ¥0.5047 at 0.0103.
    shop.refuses("exchangeRate", async || {
        shop.set("jpy", "0.01", json!({})).await
    })
    .await;
    shop.set("jpy", "0.0103", json!({})).await.data();
    assert_eq!(shop.regional("jpy").await["price"], 1);
    shop.refuses("price", async || shop.change(json!({"price": 4800})).await)
        .await;
}

#[tokio::test]
async fn rounding_frees_no_balance_or_offer() {
    let shop = Shop::with_balance().await;
    shop.change(base_offer("amount", 30)).await.data();
    shop.add_calls(20).await.data();
    for (change, rate) in [
        (json!({"includedBalance": 40}), "1"),
        (json!({"includedBalance": 2000}), "1.5"),
        (json!({"introOffer": {"discountValue": 100}}), "0.02"),
    ] {
        // Each of them alone makes the rate impossible: the balance, the amount, the overage.
        shop.change(change).await.data();
        shop.refuses("exchangeRate", async || {
            shop.set("jpy", rate, json!({})).await
        })
        .await;
    }
    shop.set("jpy", "0.5", json!({})).await.data();
    for (field, change) in [
        ("includedBalance", json!({"includedBalance": 99})),
        (
            "introOffer.discountValue",
            json!({"introOffer": {"discountValue": 99}}),
        ),
    ] {
        shop.refuses(field, async || shop.change(change).await)
            .await;
    }
    shop.set("jpy", "0.4", json!({"prices": []}))
        .await
        .invalid(&["exchangeRate"]);
}

#[tokio::test]
async fn nothing_leaves_the_safe_integers() {
    let shop = Shop::open().await;
    shop.add_calls(20).await.data();
    shop.change(json!({"price": LARGEST})).await.data();
    shop.set("eur", "1", json!({})).await.data();
    assert_eq!(shop.regional("eur").await["price"], LARGEST);
    let set = async |rate| shop.set("eur", rate, json!({})).await;
    shop.refuses("exchangeRate", async || set("1.00000000000001").await)
        .await;
    shop.refuses("exchangeRate", async || set("1e15").await)
        .await;
    shop.change(json!({"price": 1})).await.data();
    // Now the overage makes the rate impossible.
    shop.refuses("exchangeRate", async || set("1e15").await)
        .await;
    set("100").await.data();
    shop.refuses("price", async || {
        shop.change(json!({"price": LARGEST / 100 + 1})).await
    })
    .await;
    let too_much = json!({"unitPrice": LARGEST / 100 + 1});
    shop.refuses("overage.unitPrice", async || {
        shop.change_calls(too_much).await
    })
    .await;
    shop.change(json!({"price": LARGEST / 100})).await.data();
    shop.change_calls(json!({"unitPrice": LARGEST / 100}))
        .await
        .data();
}

// Rule 12

#[tokio::test]
async fn a_rate_reads_back_digit_by_digit() {
    let shop = Shop::open().await;
    shop.change(json!({"price": 0})).await.data();
    for rate in [
        "1380.50",
        "0.000000001",
        "1e-9",
        "123456789.012345",
        "999999999999999",
        "0.100000000000001",
        "1.5e+3",
        "0.00000123",
        "1000000000.000000",
        "9007199254740990",
        "1",
        "1.0",
        "9007199254740991",
        "1380.4999999999998",
        "1.0000000000000002",
        "0.10000000000000001",
        "5e-324",
    ] {
        let set = shop.set("jpy", rate, json!({})).await;
        assert_eq!(
            set.data()["exchangeRate"].to_string(),
            rate,
            "in the answer"
        );
        let plan = shop.show().await;
        assert_eq!(plan["exchangeRates"][0]["exchangeRate"].to_string(), rate);
        let list = shop.owner.get("/plans").await;
        assert_eq!(
            list.data()[0]["exchangeRates"][0]["exchangeRate"].to_string(),
            rate
        );
    }
}

#[tokio::test]
async fn a_rate_is_above_zero_and_any_double() {
    let shop = Shop::open().await;
    shop.change(json!({"price": 0})).await.data();
    for rate in [
        "0",
        "0.0",
        "0e5",
        "-0",
        "-1",
        "-1e-9",
        "1.00000000000000001",
        "123456789012345678",
        "9007199254740991.5",
        "9007199254740992",
        "1e16",
        "1e400",
        "1e-400",
    ] {
        shop.refuses("exchangeRate", async || {
            shop.set("jpy", rate, json!({})).await
        })
        .await;
    }
    for rate in [json!("150"), json!(null), json!(true)] {
        let body = json!({"currency": "jpy", "exchangeRate": rate});
        shop.owner
            .put("/plans/pro/regional", body)
            .await
            .invalid(&["exchangeRate"]);
    }
}

#[tokio::test]
async fn a_currency_keeps_its_latest_rate() {
    let shop = Shop::open().await;
    for (currency, rate) in [
        ("krw", "1400"),
        ("ars", "1000"),
        ("krw", "1380.50"),
        ("jpy", "150"),
    ] {
        shop.set(currency, rate, json!({})).await.data();
    }
    let wanted = r#"[{"currency":"ars","exchangeRate":1000},{"currency":"jpy","exchangeRate":150},{"currency":"krw","exchangeRate":1380.50}]"#;
    assert_eq!(shop.show().await["exchangeRates"].to_string(), wanted);
}

#[tokio::test]
async fn currencies_stand_by_their_code() {
    let shop = Shop::open().await;
    shop.add_calls(2000).await.data();
    for currency in ["uyu", "usd", "ars", "jpy", "eur", "bob"] {
        shop.set(currency, "10", json!({})).await.data();
    }
    let wanted = json!(["ars", "bob", "eur", "jpy", "usd", "uyu"]);
    assert_eq!(
        each(&shop.show().await["exchangeRates"], "currency"),
        wanted
    );
    assert_eq!(each(&shop.all_regional().await, "currency"), wanted);
    assert_eq!(each(&shop.overages().await, "currency"), wanted);
}
