//! Examples of features of plans.

use serde_json::{Value, json};

use super::example::{Entry, Example};
use super::story::{FEATURE, PLAN, of_plan};

/// Every operation with its example.
pub const ALL: &[Entry] = &[
    ("add-plan-feature", add_plan_feature),
    ("update-plan-feature", update_plan_feature),
    ("remove-plan-feature", remove_plan_feature),
];

fn add_plan_feature() -> Example {
    Example::new(plan_feature(10000, 20))
        .request(json!({
            "featureId": "example_calls",
            "enabled": true,
            "includedAmount": 10000,
            "overage": {"enabled": true, "unitPrice": 20},
        }))
        .mistake(
            "overage.unitPrice",
            "Must be an integer, in 1/10000 of a major unit: 20 for 0.002.",
        )
        .taken("featureId", "The plan has this feature already.")
}

fn update_plan_feature() -> Example {
    Example::new(plan_feature(20000, 25))
        .request(json!({"includedAmount": 20000, "overage": {"unitPrice": 25}}))
        .mistake("includedAmount", "Must be an integer.")
}

fn remove_plan_feature() -> Example {
    Example::new(of_plan(json!({"id": FEATURE, "removed": true})))
}

fn plan_feature(included_amount: i64, unit_price: i64) -> Value {
    of_plan(json!({
        "planId": PLAN,
        "featureId": FEATURE,
        "enabled": true,
        "includedAmount": included_amount,
        "unlimited": false,
        "overage": {"enabled": true, "unitPrice": unit_price},
        "creditsPerUnit": null,
        "pricingMode": "fixed",
        "margin": null,
    }))
}
