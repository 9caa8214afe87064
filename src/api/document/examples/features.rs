//! Examples of features.

use serde_json::{Value, json};

use super::example::{Entry, Example};
use super::story::{CHANGED, CREATED, FEATURE, kind};

/// Every operation with its example.
pub const ALL: &[Entry] = &[
    ("list-features", list_features),
    ("get-feature", get_feature),
    ("create-feature", create_feature),
    ("update-feature", update_feature),
    ("delete-feature", delete_feature),
];

fn list_features() -> Example {
    Example::page(
        feature(),
        "ZmVhdF8wMTk2MGIyZThmM2E3YzQxYTVkMmU5YjA3YzZmMWQzNCAw",
    )
}

fn get_feature() -> Example {
    Example::new(feature())
}

fn create_feature() -> Example {
    Example::new(feature())
        .request(json!({
            "name": "API calls",
            "code": "example_calls",
            "type": "usage",
            "description": "Calls of the public API",
            "unitName": "call",
        }))
        .missing("type")
        .taken("code", "A feature with this code exists already.")
}

fn update_feature() -> Example {
    Example::new(changed_feature())
        .request(json!({"name": "API requests", "unitName": "request"}))
        .mistake("name", "Must have at least 1 character.")
}

fn delete_feature() -> Example {
    Example::new(kind("feature", json!({"id": FEATURE, "deleted": true})))
}

fn feature() -> Value {
    kind(
        "feature",
        json!({
            "id": FEATURE,
            "name": "API calls",
            "code": "example_calls",
            "type": "usage",
            "description": "Calls of the public API",
            "unitName": "call",
            "createdAt": CREATED,
            "updatedAt": CREATED,
        }),
    )
}

fn changed_feature() -> Value {
    let mut feature = feature();
    feature["name"] = "API requests".into();
    feature["unitName"] = "request".into();
    feature["updatedAt"] = CHANGED.into();
    feature
}
