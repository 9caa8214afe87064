//! Regional pricing.

use super::*;

const JPY: &str = "prices[monthly].regionalPrices[jpy]";

#[tokio::test]
async fn a_rate_derives_values() {
    let shop = Shop::with_balance().await;
    shop.add_calls(20).await.data();
    let change = change_by(&shop.owner, shop.set("jpy", "150.50", json!({}))).await;
    check(
        &change,
        "set-plan-regional-pricing",
        &[
            "updated plan pro",
            "features[calls].regionalPrices[jpy].overageUnitPrice: null → 3010 (derived)",
            "features[calls].regionalPrices[jpy].autoSynced: null → true (derived)",
            &format!("{JPY}.price: null → 7375 (derived)"),
            &format!("{JPY}.autoSynced: null → true (derived)"),
            &format!("{JPY}.includedBalance: null → 3010 (derived)"),
            "exchangeRates[jpy].exchangeRate: null → 150.50",
        ],
    );
    let change = change_by(&shop.owner, shop.set("jpy", "151", json!({}))).await;
    check(
        &change,
        "set-plan-regional-pricing",
        &[
            "updated plan pro",
            "features[calls].regionalPrices[jpy].overageUnitPrice: 3010 → 3020 (derived)",
            &format!("{JPY}.price: 7375 → 7399 (derived)"),
            &format!("{JPY}.includedBalance: 3010 → 3020 (derived)"),
            "exchangeRates[jpy].exchangeRate: 150.50 → 151",
        ],
    );
}

#[tokio::test]
async fn manual_values_are_asked_for_and_resynced_ones_derived() {
    let shop = Shop::open().await;
    shop.add_calls(20).await.data();
    shop.set("jpy", "150", json!({})).await.data();
    let manual = json!({
        "prices": [{"priceId": shop.price, "price": 7000}],
        "features": [{"featureId": "calls", "overageUnitPrice": 2500}],
    });
    let change = change_by(&shop.owner, shop.set("jpy", "150", manual)).await;
    check(
        &change,
        "set-plan-regional-pricing",
        &[
            "updated plan pro",
            "features[calls].regionalPrices[jpy].overageUnitPrice: 3000 → 2500",
            "features[calls].regionalPrices[jpy].autoSynced: true → false",
            &format!("{JPY}.price: 7350 → 7000"),
            &format!("{JPY}.autoSynced: true → false"),
        ],
    );
    let resync = shop.owner.post("/plans/pro/regional/jpy/resync", json!({}));
    check(
        &change_by(&shop.owner, resync).await,
        "resync-plan-regional-pricing",
        &[
            "updated plan pro",
            "features[calls].regionalPrices[jpy].overageUnitPrice: 2500 → 3000 (derived)",
            "features[calls].regionalPrices[jpy].autoSynced: false → true (derived)",
            &format!("{JPY}.price: 7000 → 7350 (derived)"),
            &format!("{JPY}.autoSynced: false → true (derived)"),
        ],
    );
}

#[tokio::test]
async fn a_currency_is_withdrawn_with_its_rate() {
    let shop = Shop::open().await;
    shop.set("jpy", "150", json!({})).await.data();
    let withdraw = shop.owner.delete("/plans/pro/regional/jpy");
    check(
        &change_by(&shop.owner, withdraw).await,
        "delete-plan-regional-pricing",
        &[
            "updated plan pro",
            &format!("{JPY}.price: 7350 → null (derived)"),
            &format!("{JPY}.autoSynced: true → null (derived)"),
            "exchangeRates[jpy].exchangeRate: 150 → null",
        ],
    );
}

#[tokio::test]
async fn values_of_one_price_are_set_and_deleted() {
    let shop = Shop::open().await;
    let prices = json!([
        {"currency": "gbp", "price": 3900},
        {"currency": "eur", "price": 4500},
    ]);
    let eur = "prices[monthly].regionalPrices[eur]";
    let gbp = "prices[monthly].regionalPrices[gbp]";
    let change = change_by(&shop.owner, shop.upsert(prices)).await;
    check(
        &change,
        "upsert-regional-prices",
        &[
            "updated plan pro",
            &format!("{eur}.price: null → 4500"),
            &format!("{eur}.autoSynced: null → false"),
            &format!("{gbp}.price: null → 3900"),
            &format!("{gbp}.autoSynced: null → false"),
        ],
    );
    let change = change_by(&shop.owner, shop.delete_regional()).await;
    check(
        &change,
        "delete-regional-prices",
        &[
            "updated plan pro",
            &format!("{eur}.price: 4500 → null"),
            &format!("{eur}.autoSynced: false → null"),
            &format!("{gbp}.price: 3900 → null"),
            &format!("{gbp}.autoSynced: false → null"),
        ],
    );
}
