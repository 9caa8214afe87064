//! Examples of plans.

use serde_json::{Value, json};

use super::example::{Entry, Example};
use super::story::{CHANGED, CREATED, FEATURE, PLAN, PRICE, intro_offer, of_plan};

/// Every operation with its example.
pub const ALL: &[Entry] = &[
    ("list-plans", list_plans),
    ("get-plan", get_plan),
    ("create-plan", create_plan),
    ("update-plan", update_plan),
    ("delete-plan", delete_plan),
    ("set-plan-visibility", set_plan_visibility),
];

const DESCRIPTION: &str = "For teams that ship every day";
const CHANGED_DESCRIPTION: &str = "For teams that ship every day, and at night";

fn list_plans() -> Example {
    Example::page(priced_plan(), "cGxhbnMgMCAw")
}

fn get_plan() -> Example {
    Example::new(priced_plan())
}

fn create_plan() -> Example {
    Example::new(new_plan())
        .request(json!({
            "name": "Pro",
            "code": "example_plan",
            "description": DESCRIPTION,
            "consumptionModel": "metered",
            "isPublic": true,
            "metadata": {"badge": "popular"},
        }))
        .missing("code")
        .taken("code", "A plan with this code exists already.")
}

fn update_plan() -> Example {
    Example::new(changed_plan())
        .request(json!({
            "name": "Pro 2026",
            "description": CHANGED_DESCRIPTION,
            "metadata": {"badge": "new"},
        }))
        .mistake("name", "Must have at least 1 character.")
}

fn delete_plan() -> Example {
    Example::new(of_plan(json!({"id": PLAN, "deleted": true})))
}

fn set_plan_visibility() -> Example {
    Example::new(of_plan(json!({"id": PLAN, "isPublic": false})))
        .request(json!({"isPublic": false}))
        .missing("isPublic")
}

fn new_plan() -> Value {
    of_plan(json!({
        "id": PLAN,
        "name": "Pro",
        "code": "example_plan",
        "description": DESCRIPTION,
        "consumptionModel": "metered",
        "isPublic": true,
        "isDefault": true,
        "isFree": false,
        "blockOnExhaustion": null,
        "sortOrder": 0,
        "planGroupId": null,
        "metadata": {"badge": "popular"},
        "createdAt": CREATED,
        "updatedAt": CREATED,
        "features": [],
        "prices": [],
        "exchangeRates": [],
    }))
}

fn priced_plan() -> Value {
    let mut plan = new_plan();
    plan["features"] = json!([{
        "id": FEATURE,
        "code": "example_calls",
        "name": "API calls",
        "type": "usage",
        "unitName": "call",
        "enabled": true,
        "includedAmount": 10000,
        "unlimited": false,
        "overage": {"enabled": true, "model": "per_unit", "unitPrice": 20},
        "creditsPerUnit": null,
        "pricingMode": "fixed",
        "margin": null,
        "regionalPrices": [
            {"currency": "jpy", "overageUnitPrice": 3000, "autoSynced": true},
            {"currency": "krw", "overageUnitPrice": 27000, "autoSynced": false},
        ],
    }]);
    plan["prices"] = json!([{
        "id": PRICE,
        "billingInterval": "monthly",
        "price": 4900,
        "isDefault": true,
        "trialDays": 14,
        "includedBalance": null,
        "includedCredits": null,
        "introOffer": intro_offer(),
        "regionalPrices": [regional_price("jpy", 7350), regional_price("krw", 67645)],
    }]);
    plan["exchangeRates"] = json!([
        {"currency": "jpy", "exchangeRate": 150},
        {"currency": "krw", "exchangeRate": 1380.5},
    ]);
    plan
}

fn changed_plan() -> Value {
    let mut plan = priced_plan();
    plan["name"] = "Pro 2026".into();
    plan["description"] = CHANGED_DESCRIPTION.into();
    plan["metadata"] = json!({"badge": "new"});
    plan["updatedAt"] = CHANGED.into();
    plan
}

fn regional_price(currency: &str, price: i64) -> Value {
    json!({
        "currency": currency,
        "price": price,
        "includedBalance": null,
        "autoSynced": true,
        "introOffer": {
            "discountType": "percentage",
            "discountValue": 2500,
            "durationCycles": 3,
            "autoSynced": true,
        },
    })
}
