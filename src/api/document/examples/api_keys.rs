//! Examples of API keys.

use serde_json::{Value, json};

use super::example::{Entry, Example};
use super::story::{CHANGED, CREATED, EXPIRES, KEY, kind};

/// Every operation with its example.
pub const ALL: &[Entry] = &[
    ("list-api-keys", list_api_keys),
    ("create-api-key", create_api_key),
    ("delete-api-key", delete_api_key),
];

const KEY_PREFIX: &str = "pk_sandbox_4f9a1c";

fn list_api_keys() -> Example {
    Example::page(
        api_key(),
        "a2V5XzAxOTYwYjJlOGYzYTdjNDFhNWQyZTliMDdjNmYxZDM0IDA",
    )
}

fn create_api_key() -> Example {
    Example::new(created_api_key())
        .named_request(
            "A publishable key, for a pricing page that reads public plans",
            json!({
                "name": "Pricing page",
                "expiresInDays": 90,
                "permissions": {"plan": ["read_public"]},
            }),
        )
        .named_request(
            "A restricted key",
            json!({
                "name": "Reports",
                "expiresInDays": 90,
                "permissions": {"plan": ["read"], "feature": ["read"]},
            }),
        )
        .named_request(
            "A key with full access",
            json!({"name": "Back end", "expiresInDays": 90}),
        )
        .missing("name")
}

fn delete_api_key() -> Example {
    Example::new(kind("api_key", json!({"id": KEY, "deleted": true})))
}

fn api_key() -> Value {
    kind(
        "api_key",
        json!({
            "id": KEY,
            "name": "Pricing page",
            "prefix": KEY_PREFIX,
            "permissions": {"plan": ["read_public"]},
            "expiresAt": EXPIRES,
            "lastUsedAt": CHANGED,
            "createdAt": CREATED,
        }),
    )
}

fn created_api_key() -> Value {
    kind(
        "api_key",
        json!({
            "id": KEY,
            "name": "Pricing page",
            "apiKey": "pk_sandbox_4f9a1c…",
            "prefix": KEY_PREFIX,
            "permissions": {"plan": ["read_public"]},
            "expiresAt": EXPIRES,
            "createdAt": CREATED,
        }),
    )
}
