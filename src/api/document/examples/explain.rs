//! The example of explanations.

use serde_json::{Value, json};

use super::example::{Entry, Example};
use super::story::{CHANGED, PLAN, actor};

/// Every operation with its example.
pub const ALL: &[Entry] = &[("explain-plan-pricing", explain_plan_pricing)];

/// Of a price in euros that is set by hand, beside a rate of 0.92.
fn explain_plan_pricing() -> Example {
    Example::new(json!({
        "planId": PLAN,
        "code": "pro",
        "values": [manual_price()],
    }))
    .mistake(
        "currency",
        "Is not a supported currency; GET /currencies lists them.",
    )
}

fn manual_price() -> Value {
    json!({
        "path": "prices[monthly].regionalPrices[eur].price",
        "currency": "eur",
        "value": 4500,
        "decimal": "45.00",
        "source": "manual",
        "base": 4900,
        "exchangeRate": 0.92,
        "exact": null,
        "rounding": null,
        "derivedWouldBe": 4508,
        "deviation": "-0.0018",
        "since": {"revision": 4, "at": CHANGED, "actor": actor(), "note": null},
    })
}
