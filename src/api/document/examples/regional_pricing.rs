//! Examples of regional pricing.

use serde_json::{Value, json};

use super::example::{Entry, Example};
use super::story::{PLAN, PRICE, of_plan};

/// Every operation with its example.
pub const ALL: &[Entry] = &[
    ("set-plan-regional-pricing", set_plan_regional_pricing),
    ("resync-plan-regional-pricing", resync_plan_regional_pricing),
    ("delete-plan-regional-pricing", delete_plan_regional_pricing),
    ("upsert-regional-prices", upsert_regional_prices),
    ("delete-regional-prices", delete_regional_prices),
];

fn set_plan_regional_pricing() -> Example {
    Example::new(priced_in_yen())
        .named_request(
            "Everything derived",
            json!({"currency": "jpy", "exchangeRate": 150}),
        )
        .named_request(
            "A price of overage set by hand",
            json!({
                "currency": "krw",
                "exchangeRate": 1380.5,
                "features": [{"featureId": "example_calls", "overageUnitPrice": 27000}],
            }),
        )
        .mistake("exchangeRate", "Must be above zero.")
}

fn resync_plan_regional_pricing() -> Example {
    Example::new(priced_in_yen())
        .request(json!({"features": ["example_calls"]}))
        .mistake("currency", "The plan has no exchange rate for jpy.")
}

fn delete_plan_regional_pricing() -> Example {
    Example::new(of_plan(
        json!({"planId": PLAN, "currency": "jpy", "deleted": true}),
    ))
}

fn upsert_regional_prices() -> Example {
    let overrides = json!([
        {"currency": "eur", "price": 4500},
        {"currency": "gbp", "price": 3900},
    ]);
    Example::new(of_plan(json!({"priceId": PRICE, "overrides": overrides})))
        .request(json!({"overrides": overrides}))
        .mistake(
            "overrides[0].price",
            "Must be an integer, in minor units of its currency: 4999 for 49.99 where it has two digits.",
        )
}

fn delete_regional_prices() -> Example {
    Example::new(of_plan(json!({"deleted": true})))
}

fn priced_in_yen() -> Value {
    of_plan(json!({
        "planId": PLAN,
        "currency": "jpy",
        "exchangeRate": 150,
        "pricesConfigured": 1,
        "featuresConfigured": 1,
    }))
}
