//! Regional pricing, rule by rule, with numbers computed by hand, and the list of currencies.

use pricebook::domain::scope::Mode;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::TestServer;
use crate::support::making::{each, item, merged};
use crate::support::shop::{Shop, exact};

mod changes;
mod derived;
mod manual;
mod refusals;
mod upserts;

const UNKNOWN_PRICE: &str = "prc_00000000000000000000000000000000";
const LARGEST: i64 = 9_007_199_254_740_991;

/// A price in a currency, without a balance or an offer.
fn plain(currency: &str, price: i64, auto_synced: bool) -> Value {
    json!({
        "currency": currency, "price": price, "includedBalance": null,
        "autoSynced": auto_synced, "introOffer": null,
    })
}

fn overage(currency: &str, unit_price: i64, auto_synced: bool) -> Value {
    json!({"currency": currency, "overageUnitPrice": unit_price, "autoSynced": auto_synced})
}

fn offer(discount_type: &str, value: i64, auto_synced: bool) -> Value {
    json!({
        "discountType": discount_type, "discountValue": value, "durationCycles": 3,
        "autoSynced": auto_synced,
    })
}

/// An offer of the price in US dollars.
fn base_offer(discount_type: &str, value: i64) -> Value {
    json!({"introOffer": {
        "enabled": true, "discountType": discount_type, "discountValue": value, "durationCycles": 3,
    }})
}

#[tokio::test]
async fn features_are_named_by_id_or_code() {
    let shop = Shop::open().await;
    shop.add_calls(20).await.data();
    let feature = shop.owner.get("/features/calls").await.id().to_owned();
    for (name, unit_price) in [("calls", 1), (feature.as_str(), 2)] {
        let features = json!({"features": [{"featureId": name, "overageUnitPrice": unit_price}]});
        shop.set("jpy", "150", features).await.data();
        assert_eq!(
            shop.overages().await,
            json!([overage("jpy", unit_price, false)])
        );
    }
}

#[tokio::test]
async fn list_and_plan_show_the_same_values() {
    let shop = Shop::with_balance().await;
    shop.change(base_offer("amount", 1000)).await.data();
    shop.add_calls(20).await.data();
    for (currency, rate) in [("krw", "1380.50"), ("jpy", "150"), ("eur", "9.2e-1")] {
        shop.set(currency, rate, shop.manual_offer("amount", 1))
            .await
            .data();
    }
    shop.owner.make_plan("other", json!({})).await;
    let list = shop.owner.get("/plans").await;
    let listed = item(list.data(), "code", "pro");
    assert_eq!(listed.to_string(), shop.show().await.to_string());
}

#[tokio::test]
async fn currencies_have_their_minor_digits() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let list = owner.get("/currencies").await;
    let wanted = [
        ("ars", "Argentine peso", 2),
        ("bob", "Boliviano", 2),
        ("brl", "Brazilian real", 2),
        ("cad", "Canadian dollar", 2),
        ("clp", "Chilean peso", 0),
        ("cny", "Chinese yuan", 2),
        ("cop", "Colombian peso", 2),
        ("eur", "Euro", 2),
        ("gbp", "Pound sterling", 2),
        ("hkd", "Hong Kong dollar", 2),
        ("inr", "Indian rupee", 2),
        ("jpy", "Japanese yen", 0),
        ("krw", "South Korean won", 0),
        ("mxn", "Mexican peso", 2),
        ("pen", "Peruvian sol", 2),
        ("pyg", "Paraguayan guarani", 0),
        ("sgd", "Singapore dollar", 2),
        ("thb", "Thai baht", 2),
        ("twd", "New Taiwan dollar", 2),
        ("usd", "United States dollar", 2),
        ("uyu", "Uruguayan peso", 2),
    ];
    let currency =
        |(code, name, digits)| json!({"code": code, "name": name, "minorDigits": digits});
    assert_eq!(
        list.data(),
        &json!(wanted.map(currency)),
        "a new currency must also be listed in tests/api/regional_pricing/mod.rs"
    );
}
