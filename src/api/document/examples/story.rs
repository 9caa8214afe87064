//! The story of the examples: ids, times, and objects that several of them show.

use serde_json::{Value, json};

pub const PLAN: &str = "pln_01960b2e8f3a7c41a5d2e9b07c6f1d34";
pub const OTHER_PLAN: &str = "pln_01960b2e91d77e02b3c81f4d6a5e9072";
pub const FEATURE: &str = "feat_01960b2e8f3a7c41a5d2e9b07c6f1d34";
pub const PRICE: &str = "prc_01960b2e8f3a7c41a5d2e9b07c6f1d34";
pub const GROUP: &str = "grp_01960b2e8f3a7c41a5d2e9b07c6f1d34";
pub const KEY: &str = "key_01960b2e8f3a7c41a5d2e9b07c6f1d34";

pub const CREATED: &str = "2026-07-11T09:30:00.000Z";
pub const CHANGED: &str = "2026-07-12T18:04:11.000Z";
pub const EXPIRES: &str = "2026-10-09T09:30:00.000Z";

/// An object with the fields that every object of the wire ends with.
pub fn kind(word: &str, mut object: Value) -> Value {
    object["object"] = word.into();
    object["livemode"] = false.into();
    object
}

/// A plan, or something in it.
pub fn of_plan(object: Value) -> Value {
    kind("plan", object)
}

/// The intro offer of the price.
pub fn intro_offer() -> Value {
    json!({
        "enabled": true,
        "discountType": "percentage",
        "discountValue": 2500,
        "durationCycles": 3,
    })
}

/// Who makes the changes.
pub fn actor() -> Value {
    json!({
        "type": "api_key",
        "id": KEY,
        "name": "Back office",
        "prefix": "ck_sandbox_4f9a1c",
    })
}
