//! Explanations of prices, with numbers computed by hand.

use serde_json::{Value, json};

use crate::support::making::{each, item};
use crate::support::reads::check_tag;
use crate::support::shop::{Shop, exact};
use crate::support::{Actor, Reply, TestServer};

async fn explain(shop: &Shop, query: &str) -> Reply {
    let path = format!("/plans/pro/explain{query}");
    shop.owner.get(&path).await
}

async fn values(shop: &Shop, query: &str) -> Value {
    let mut values = explain(shop, query).await.data()["values"].clone();
    for value in values.as_array_mut().expect("values") {
        let since = value["since"].take();
        assert!(since["revision"].is_i64(), "{value}: {since}");
    }
    values
}

/// The explanation of one value.
async fn value(shop: &Shop, path: &str) -> Value {
    item(&values(shop, "").await, "path", path).clone()
}

fn base(path: &str, value: i64, decimal: &str) -> Value {
    json!({
        "path": path, "currency": "usd", "value": value, "decimal": decimal, "source": "base",
        "base": null, "exchangeRate": null, "exact": null, "rounding": null,
        "derivedWouldBe": null, "deviation": null, "since": null,
    })
}

fn derived(
    path: &str,
    currency: &str,
    (value, decimal): (i64, &str),
    from: (i64, &str, &str),
) -> Value {
    let (base, rate, product) = from;
    json!({
        "path": path, "currency": currency, "value": value, "decimal": decimal,
        "source": "derived", "base": base, "exchangeRate": exact(rate), "exact": product,
        "rounding": "half_away_from_zero", "derivedWouldBe": null, "deviation": null, "since": null,
    })
}

/// A balance plan with a discount of $10.00 and overage at $0.002.
async fn full_shop() -> Shop {
    let shop = Shop::with_balance().await;
    let offer = json!({
        "enabled": true, "discountType": "amount", "discountValue": 1000, "durationCycles": 3,
    });
    shop.change(json!({"introOffer": offer})).await.data();
    shop.add_calls(20).await.data();
    shop
}

#[tokio::test]
async fn every_value_is_explained_in_every_currency() {
    let shop = full_shop().await;
    shop.set("krw", "1380.57", json!({})).await.data();
    shop.set("eur", "0.925", json!({})).await.data();
    let of_price = |rest: &str| format!("prices[monthly].{rest}");
    let of_calls = |rest: &str| format!("features[calls].{rest}");
    let eur = |field: &str| of_price(&format!("regionalPrices[eur].{field}"));
    let krw = |field: &str| of_price(&format!("regionalPrices[krw].{field}"));
    let expected = json!([
        base(&of_price("price"), 4900, "49.00"),
        base(&of_price("includedBalance"), 2000, "20.00"),
        base(&of_price("introOffer.discountValue"), 1000, "10.00"),
        derived(
            &eur("price"),
            "eur",
            (4533, "45.33"),
            (4900, "0.925", "4532.5")
        ),
        derived(
            &eur("includedBalance"),
            "eur",
            (1850, "18.50"),
            (2000, "0.925", "1850")
        ),
        derived(
            &eur("introOffer.discountValue"),
            "eur",
            (925, "9.25"),
            (1000, "0.925", "925")
        ),
        derived(
            &krw("price"),
            "krw",
            (67648, "67648"),
            (4900, "1380.57", "67647.93")
        ),
        derived(
            &krw("includedBalance"),
            "krw",
            (27611, "27611"),
            (2000, "1380.57", "27611.4")
        ),
        derived(
            &krw("introOffer.discountValue"),
            "krw",
            (13806, "13806"),
            (1000, "1380.57", "13805.7")
        ),
        base(&of_calls("overage.unitPrice"), 20, "0.0020"),
        derived(
            &of_calls("regionalPrices[eur].overageUnitPrice"),
            "eur",
            (19, "0.0019"),
            (20, "0.925", "18.5"),
        ),
        derived(
            &of_calls("regionalPrices[krw].overageUnitPrice"),
            "krw",
            (27611, "2.7611"),
            (20, "1380.57", "27611.4"),
        ),
    ]);
    let all = explain(&shop, "").await;
    let plan = shop.show().await;
    let (id, code) = (&all.data()["planId"], &all.data()["code"]);
    assert_eq!((id, code), (&plan["id"], &json!("pro")));
    assert_eq!(values(&shop, "").await, expected);
    let by_id = format!("/plans/{}/explain", plan["id"].as_str().expect("an id"));
    assert_eq!(shop.owner.get(&by_id).await.data(), all.data());
    check_tag(&shop.owner, &by_id).await;
}

#[tokio::test]
async fn a_currency_selects_its_values() {
    let shop = full_shop().await;
    shop.set("jpy", "150", json!({})).await.data();
    for (query, count) in [
        ("?currency=usd", 4),
        ("?currency=jpy", 4),
        ("?currency=JPY", 4),
        ("?currency=eur", 0),
        ("", 8),
    ] {
        let found = values(&shop, query).await;
        assert_eq!(found.as_array().expect("a list").len(), count, "{query}");
    }
    let sources = each(&values(&shop, "?currency=usd").await, "source");
    assert_eq!(sources, json!(["base", "base", "base", "base"]));
    // As a regional currency it is the price for the United States.
    shop.set("usd", "1.1", json!({})).await.data();
    let paths = each(&values(&shop, "?currency=usd").await, "path");
    assert_eq!(paths.as_array().expect("a list").len(), 8);
    assert!(paths.to_string().contains("regionalPrices[usd]"), "{paths}");
}

#[tokio::test]
async fn a_wrong_currency_or_plan_is_refused() {
    let shop = Shop::open().await;
    for query in ["?currency=xxx", "?currency=", "?currency=jpy&currency=eur"] {
        explain(&shop, query).await.invalid(&["currency"]);
    }
    explain(&shop, "?money=jpy").await.invalid(&["money"]);
    // The query is checked before the plan is looked up.
    for (path, status) in [
        ("/plans/nobody/explain", 404),
        ("/plans/nobody/explain?currency=xxx", 400),
    ] {
        assert_eq!(shop.owner.get(path).await.status, status, "{path}");
    }
    shop.owner.delete("/plans/pro/manage").await.data();
    explain(&shop, "").await.refused(404, "plan_not_found");
}

#[tokio::test]
async fn a_manual_value_is_compared_with_the_derived_one() {
    let shop = full_shop().await;
    let by_hand = json!({
        "prices": [{"priceId": shop.price, "price": 4500}],
        "features": [{"featureId": "calls", "overageUnitPrice": 30}],
        "introOffers": [{
            "priceId": shop.price, "discountType": "amount", "discountValue": 920,
            "durationCycles": 3,
        }],
    });
    shop.set("eur", "0.92", by_hand).await.data();
    let told = |value: &Value| {
        json!([
            value["source"],
            value["value"],
            value["derivedWouldBe"],
            value["deviation"],
            value["exact"],
        ])
    };
    let found = values(&shop, "?currency=eur").await;
    let found: Vec<_> = found.as_array().expect("a list").iter().map(told).collect();
    assert_eq!(
        json!(found),
        json!([
            ["manual", 4500, 4508, "-0.0018", null],
            ["derived", 1840, null, null, "1840"],
            ["manual", 920, 920, "0.0000", null],
            // 20 × 0.92 is 18.4.
            ["manual", 30, 18, "0.6667", null],
        ])
    );
    // The base moves; the manual value stays, and so the distance changes.
    shop.change(json!({"price": 4891})).await.data();
    let price = value(&shop, "prices[monthly].regionalPrices[eur].price").await;
    assert_eq!(
        (
            &price["base"],
            &price["derivedWouldBe"],
            &price["deviation"]
        ),
        (&json!(4891), &json!(4500), &json!("0.0000"))
    );
}

#[tokio::test]
async fn without_a_rate_there_is_nothing_to_compare_with() {
    let shop = Shop::open().await;
    shop.upsert(json!([{"currency": "gbp", "price": 3900}]))
        .await
        .data();
    let path = "prices[monthly].regionalPrices[gbp].price";
    assert_eq!(
        values(&shop, "?currency=gbp").await,
        json!([{
            "path": path, "currency": "gbp", "value": 3900, "decimal": "39.00",
            "source": "manual", "base": 4900, "exchangeRate": null, "exact": null,
            "rounding": null, "derivedWouldBe": null, "deviation": null, "since": null,
        }])
    );
    // At this rate the price would be free by rounding, so none can be derived.
    shop.set("gbp", "0.00001", shop.manual_price(3900))
        .await
        .data();
    let price = value(&shop, path).await;
    assert_eq!(price["exchangeRate"].to_string(), "0.00001");
    assert_eq!(
        (&price["derivedWouldBe"], &price["deviation"]),
        (&Value::Null, &Value::Null)
    );
}

#[tokio::test]
async fn only_what_the_plan_shows_is_explained() {
    let shop = full_shop().await;
    shop.set("jpy", "150", json!({})).await.data();
    let paths = async || each(&values(&shop, "").await, "path").to_string();
    assert!(paths().await.contains("introOffer.discountValue"));
    // A percentage is no money.
    let percentage = json!({"introOffer": {"discountType": "percentage", "discountValue": 1000}});
    shop.change(percentage).await.data();
    assert!(!paths().await.contains("introOffer"));
    // Switched off, manual values are kept but not shown.
    let manual = json!({"features": [{"featureId": "calls", "overageUnitPrice": 1}]});
    shop.set("jpy", "150", manual).await.data();
    assert!(paths().await.contains("overage"));
    shop.change_calls(json!({"enabled": false})).await.data();
    assert!(!paths().await.contains("overage"));
    shop.delete_regional().await.data();
    assert_eq!(values(&shop, "?currency=jpy").await, json!([]));
}

#[tokio::test]
async fn an_empty_plan_has_an_empty_explanation() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    owner.make_plan("pro", json!({"isPublic": false})).await;
    let explained = owner.get("/plans/pro/explain").await;
    assert_eq!(explained.data()["values"], json!([]));
}

async fn with_permissions(owner: &Actor, permissions: Value) -> Actor {
    let body = json!({"name": "Key", "permissions": permissions});
    owner.with_key(owner.post("/api-keys", body).await.text("apiKey"))
}

#[tokio::test]
async fn a_key_that_reads_plans_may_ask_and_a_publishable_one_may_not() {
    let shop = Shop::open().await;
    let reader = with_permissions(&shop.owner, json!({"plan": ["read"]})).await;
    reader.get("/plans/pro/explain").await.data();
    for permissions in [
        json!({"plan": ["read_public"]}),
        json!({"feature": ["read"]}),
    ] {
        let actor = with_permissions(&shop.owner, permissions).await;
        let reply = actor.get("/plans/pro/explain").await;
        reply.refused(403, "forbidden");
    }
}
