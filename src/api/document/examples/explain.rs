//! The example of explanations.

use serde_json::{Value, json};

use super::example::{Entry, Example};
use super::story::{CHANGED, PLAN, actor};

/// Every operation with its example.
pub const ALL: &[Entry] = &[("explain-plan-pricing", explain_plan_pricing)];

/// In yen at 150 to the dollar, as the parameter `currency` asks.
fn explain_plan_pricing() -> Example {
    Example::new(json!({
        "planId": PLAN,
        "code": "example_plan",
        "values": [
            in_yen("prices[monthly].regionalPrices[jpy].price", (7350, "7350"), 4900),
            in_yen(
                "features[example_calls].regionalPrices[jpy].overageUnitPrice",
                (3000, "0.3000"),
                20,
            ),
        ],
    }))
    .mistake(
        "currency",
        "Is not a supported currency; GET /currencies lists them.",
    )
}

fn in_yen(path: &str, (value, decimal): (i64, &str), base: i64) -> Value {
    json!({
        "path": path,
        "currency": "jpy",
        "value": value,
        "decimal": decimal,
        "source": "derived",
        "base": base,
        "exchangeRate": 150,
        "exact": value.to_string(),
        "rounding": "half_away_from_zero",
        "derivedWouldBe": null,
        "deviation": null,
        "since": {"revision": 6, "at": CHANGED, "actor": actor(), "note": null},
    })
}
