//! Examples of the history. They show the fourth change of a catalog, a new price.

use serde_json::{Value, json};

use super::example::{Entry, Example};
use super::story::{CHANGED, PLAN, actor, kind};

/// Every operation with its example.
pub const ALL: &[Entry] = &[
    ("list-changes", list_changes),
    ("get-change", get_change),
    ("compare-revisions", compare_revisions),
];

fn list_changes() -> Example {
    let mut example = Example::page(change(), "Y2hhbmdlcyA0");
    example.response["head"] = 4.into();
    example
}

fn get_change() -> Example {
    Example::new(change())
}

fn compare_revisions() -> Example {
    Example::new(json!({"from": 3, "to": 4, "objects": [price_change()]}))
        .mistake("to", "Is in the future: the catalog is at revision 4.")
}

fn change() -> Value {
    kind(
        "change",
        json!({
            "revision": 4,
            "at": CHANGED,
            "actor": actor(),
            "operation": "update-plan-price",
            "requestId": "req_01960b2e8f3a7c41a5d2e9b07c6f1d34",
            "note": null,
            "reverts": null,
            "objects": [price_change()],
        }),
    )
}

/// What a new price and a longer trial do to the plan.
fn price_change() -> Value {
    json!({
        "objectType": "plan",
        "id": PLAN,
        "code": "example_plan",
        "name": "Example plan",
        "action": "updated",
        "fields": [
            {"path": "prices[monthly].price", "from": 4900, "to": 5900, "cause": "request"},
            {"path": "prices[monthly].trialDays", "from": 14, "to": 30, "cause": "request"},
        ],
    })
}
