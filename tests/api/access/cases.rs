//! How to call each operation, and what a caller from another scope gets.

use super::*;

fn none(_: &Catalog) -> Value {
    Value::Null
}

macro_rules! case {
    ($operation:literal, $method:ident, $path:expr, $body:expr, $elsewhere:expr) => {
        Case {
            operation: $operation,
            method: Method::$method,
            path: $path,
            body: $body,
            elsewhere: $elsewhere,
        }
    };
}

/// One case for each operation. If a test reports a missing operation, add how to call it and what
/// a caller that cannot see the owner's catalog gets.
pub fn cases() -> Vec<Case> {
    use Elsewhere::{Creates, NotFound, OwnList, Public};
    let plan = "plan_not_found";
    let group = "plan_group_not_found";
    vec![
        case!(
            "list-plans",
            GET,
            |_| "/plans?includePrivate=true".into(),
            none,
            OwnList
        ),
        case!(
            "get-plan",
            GET,
            |c| format!("/plans/{}", c.plan),
            none,
            NotFound(plan)
        ),
        case!(
            "create-plan",
            POST,
            |_| "/plans/manage".into(),
            |_| json!({"name": "X", "code": "x"}),
            Creates
        ),
        case!(
            "update-plan",
            PUT,
            |c| format!("/plans/{}/manage", c.plan),
            |_| json!({"name": "X"}),
            NotFound(plan)
        ),
        case!(
            "delete-plan",
            DELETE,
            |c| format!("/plans/{}/manage", c.plan),
            none,
            NotFound(plan)
        ),
        case!(
            "set-plan-visibility",
            PUT,
            |c| format!("/plans/{}/visibility", c.plan),
            |_| json!({"isPublic": false}),
            NotFound(plan)
        ),
        case!(
            "add-plan-feature",
            POST,
            |c| format!("/plans/{}/features", c.plan),
            |c| json!({"featureId": c.other_feature}),
            NotFound(plan)
        ),
        case!(
            "update-plan-feature",
            PUT,
            |c| format!("/plans/{}/features/{}", c.plan, c.feature),
            |_| json!({"enabled": false}),
            NotFound(plan)
        ),
        case!(
            "remove-plan-feature",
            DELETE,
            |c| format!("/plans/{}/features/{}", c.plan, c.feature),
            none,
            NotFound(plan)
        ),
        case!(
            "add-plan-price",
            POST,
            |c| format!("/plans/{}/prices", c.plan),
            |_| json!({"billingInterval": "yearly", "price": 1}),
            NotFound(plan)
        ),
        case!(
            "update-plan-price",
            PUT,
            |c| format!("/plans/{}/prices/{}", c.plan, c.price),
            |_| json!({"price": 2}),
            NotFound(plan)
        ),
        case!(
            "delete-plan-price",
            DELETE,
            |c| format!("/plans/{}/prices/{}", c.plan, c.price),
            none,
            NotFound(plan)
        ),
        case!(
            "set-default-plan-price",
            PUT,
            |c| format!("/plans/{}/prices/{}/default", c.plan, c.price),
            none,
            NotFound(plan)
        ),
        case!(
            "upsert-regional-prices",
            PUT,
            |c| format!("/plans/{}/prices/{}/regional", c.plan, c.price),
            |_| json!({"overrides": [{"currency": "eur", "price": 1}]}),
            NotFound(plan)
        ),
        case!(
            "delete-regional-prices",
            DELETE,
            |c| format!("/plans/{}/prices/{}/regional", c.plan, c.price),
            none,
            NotFound(plan)
        ),
        case!(
            "set-plan-regional-pricing",
            PUT,
            |c| format!("/plans/{}/regional", c.plan),
            |_| json!({"currency": "eur", "exchangeRate": 1}),
            NotFound(plan)
        ),
        case!(
            "delete-plan-regional-pricing",
            DELETE,
            |c| format!("/plans/{}/regional/jpy", c.plan),
            none,
            NotFound(plan)
        ),
        case!(
            "resync-plan-regional-pricing",
            POST,
            |c| format!("/plans/{}/regional/jpy/resync", c.plan),
            |_| json!({}),
            NotFound(plan)
        ),
        case!(
            "explain-plan-pricing",
            GET,
            |c| format!("/plans/{}/explain", c.plan),
            none,
            NotFound(plan)
        ),
        case!("list-features", GET, |_| "/features".into(), none, OwnList),
        case!(
            "get-feature",
            GET,
            |c| format!("/features/{}", c.feature),
            none,
            NotFound("feature_not_found")
        ),
        case!(
            "create-feature",
            POST,
            |_| "/features/manage".into(),
            |_| json!({"name": "X", "code": "x", "type": "usage"}),
            Creates
        ),
        case!(
            "update-feature",
            PUT,
            |c| format!("/features/{}/manage", c.feature),
            |_| json!({"name": "X"}),
            NotFound("feature_not_found")
        ),
        case!(
            "delete-feature",
            DELETE,
            |c| format!("/features/{}/manage", c.other_feature),
            none,
            NotFound("feature_not_found")
        ),
        case!(
            "list-plan-groups",
            GET,
            |_| "/plan-groups".into(),
            none,
            OwnList
        ),
        case!(
            "get-plan-group",
            GET,
            |c| format!("/plan-groups/{}", c.group),
            none,
            NotFound(group)
        ),
        case!(
            "create-plan-group",
            POST,
            |_| "/plan-groups".into(),
            |_| json!({"name": "X"}),
            Creates
        ),
        case!(
            "update-plan-group",
            PUT,
            |c| format!("/plan-groups/{}", c.group),
            |_| json!({"name": "Y"}),
            NotFound(group)
        ),
        case!(
            "delete-plan-group",
            DELETE,
            |c| format!("/plan-groups/{}", c.group),
            none,
            NotFound(group)
        ),
        case!(
            "add-plan-to-group",
            POST,
            |c| format!("/plan-groups/{}/plans", c.group),
            |c| json!({"planId": c.plan}),
            NotFound(group)
        ),
        case!(
            "remove-plan-from-group",
            DELETE,
            |c| format!("/plan-groups/{}/plans/{}", c.group, c.plan),
            none,
            NotFound(group)
        ),
        case!(
            "reorder-plans-in-group",
            PUT,
            |c| format!("/plan-groups/{}/plans/reorder", c.group),
            |c| json!({"planIds": [c.plan]}),
            NotFound(group)
        ),
        case!("list-api-keys", GET, |_| "/api-keys".into(), none, OwnList),
        case!(
            "create-api-key",
            POST,
            |_| "/api-keys".into(),
            |_| json!({"name": "X", "expiresInDays": 1, "permissions": {}}),
            Creates
        ),
        case!(
            "delete-api-key",
            DELETE,
            |c| format!("/api-keys/{}", c.key),
            none,
            NotFound("api_key_not_found")
        ),
        case!("list-changes", GET, |_| "/changes".into(), none, OwnList),
        case!(
            "get-change",
            GET,
            |c| format!("/changes/{}", c.revision),
            none,
            NotFound("change_not_found")
        ),
        case!(
            "compare-revisions",
            GET,
            |_| "/changes/compare?from=1".into(),
            none,
            OwnList
        ),
        case!(
            "revert-change",
            POST,
            |c| format!("/changes/{}/revert", c.revision),
            |_| json!({}),
            NotFound("change_not_found")
        ),
        case!("export-catalog", GET, |_| "/catalog".into(), none, OwnList),
        case!(
            "lint-catalog",
            GET,
            |_| "/catalog/findings".into(),
            none,
            OwnList
        ),
        case!(
            "create-changeset",
            POST,
            |_| "/changesets".into(),
            |_| json!({"source": {"document": document()}}),
            Creates
        ),
        case!(
            "list-changesets",
            GET,
            |_| "/changesets".into(),
            none,
            OwnList
        ),
        case!(
            "get-changeset",
            GET,
            |c| format!("/changesets/{}", c.changeset),
            none,
            NotFound("changeset_not_found")
        ),
        case!(
            "discard-changeset",
            DELETE,
            |c| format!("/changesets/{}", c.changeset),
            none,
            NotFound("changeset_not_found")
        ),
        case!(
            "apply-changeset",
            POST,
            |c| format!("/changesets/{}/apply", c.changeset),
            |c| json!({"digest": c.digest}),
            NotFound("changeset_not_found")
        ),
        case!(
            "list-currencies",
            GET,
            |_| "/currencies".into(),
            none,
            Public
        ),
    ]
}
