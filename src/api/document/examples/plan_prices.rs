//! Examples of prices of plans.

use serde_json::{Value, json};

use super::example::{Entry, Example};
use super::story::{CHANGED, CREATED, PLAN, PRICE, intro_offer, of_plan};

/// Every operation with its example.
pub const ALL: &[Entry] = &[
    ("add-plan-price", add_plan_price),
    ("update-plan-price", update_plan_price),
    ("delete-plan-price", delete_plan_price),
    ("set-default-plan-price", set_default_plan_price),
];

fn add_plan_price() -> Example {
    Example::new(plan_price(4900, 14, CREATED))
        .request(json!({
            "billingInterval": "monthly",
            "price": 4900,
            "trialDays": 14,
            "isDefault": true,
            "introOffer": intro_offer(),
        }))
        .missing("billingInterval")
        .taken("billingInterval", "The plan has a monthly price already.")
}

fn update_plan_price() -> Example {
    Example::new(plan_price(5900, 30, CHANGED))
        .request(json!({"price": 5900, "trialDays": 30}))
        .mistake(
            "price",
            "Must be an integer, in minor units: 4999 for $49.99.",
        )
}

fn delete_plan_price() -> Example {
    Example::new(of_plan(json!({"id": PRICE, "deleted": true})))
}

fn set_default_plan_price() -> Example {
    Example::new(of_plan(json!({"id": PRICE, "isDefault": true})))
        .mistake("Idempotency-Key", "Must have 1 to 255 characters.")
}

fn plan_price(price: i64, trial_days: i64, updated_at: &str) -> Value {
    of_plan(json!({
        "id": PRICE,
        "planId": PLAN,
        "billingInterval": "monthly",
        "price": price,
        "isDefault": true,
        "trialDays": trial_days,
        "includedBalance": null,
        "includedCredits": null,
        "introOffer": intro_offer(),
        "createdAt": CREATED,
        "updatedAt": updated_at,
    }))
}
