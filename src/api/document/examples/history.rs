//! Examples of the history. They show the fourth change of a catalog, a new price.

use serde_json::{Value, json};

use super::example::{Entry, Example};
use super::story::{CHANGED, PLAN, actor, kind};

/// Every operation with its example.
pub const ALL: &[Entry] = &[
    ("list-changes", list_changes),
    ("get-change", get_change),
    ("compare-revisions", compare_revisions),
    ("revert-change", revert_change),
];

fn list_changes() -> Example {
    let mut example = Example::page(change(), "Y2hhbmdlcyA0");
    example.response["head"] = 4.into();
    example
}

fn get_change() -> Example {
    Example::new(change())
}

/// The fifth change takes back the fourth.
fn revert_change() -> Example {
    let mut reverted = change();
    reverted["revision"] = 5.into();
    reverted["operation"] = "revert-change".into();
    reverted["reverts"] = 4.into();
    reverted["objects"] = json!([price_change((5900, 4900), (30, 14))]);
    Example::new(reverted)
        .request(json!({"force": false}))
        .mistake("force", "Must be true or false.")
        .taken("revision", "Another plan has the code `pro` by now.")
}

fn compare_revisions() -> Example {
    Example::new(json!({"from": 3, "to": 4, "objects": [price_change((4900, 5900), (14, 30))]}))
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
            "objects": [price_change((4900, 5900), (14, 30))],
        }),
    )
}

/// What a new price and a longer trial do to the plan.
fn price_change((price, new_price): (i64, i64), (days, new_days): (i64, i64)) -> Value {
    json!({
        "objectType": "plan",
        "id": PLAN,
        "code": "example_plan",
        "name": "Pro",
        "action": "updated",
        "fields": [
            {"path": "prices[monthly].price", "from": price, "to": new_price, "cause": "request"},
            {"path": "prices[monthly].trialDays", "from": days, "to": new_days, "cause": "request"},
        ],
    })
}
