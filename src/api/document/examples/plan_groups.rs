//! Examples of plan groups.

use serde_json::{Value, json};

use super::example::{Entry, Example};
use super::story::{CHANGED, CREATED, GROUP, OTHER_PLAN, PLAN, kind};

/// Every operation with its example.
pub const ALL: &[Entry] = &[
    ("list-plan-groups", list_plan_groups),
    ("get-plan-group", get_plan_group),
    ("create-plan-group", create_plan_group),
    ("update-plan-group", update_plan_group),
    ("delete-plan-group", delete_plan_group),
    ("add-plan-to-group", add_plan_to_group),
    ("remove-plan-from-group", remove_plan_from_group),
    ("reorder-plans-in-group", reorder_plans_in_group),
];

const GROUP_DESCRIPTION: &str = "Plans for teams of every size";
const NAME_IS_TAKEN: &str = "A plan group with this name exists already.";

fn list_plan_groups() -> Example {
    Example::page(
        group_with_plan(),
        "Z3JwXzAxOTYwYjJlOGYzYTdjNDFhNWQyZTliMDdjNmYxZDM0IDA",
    )
}

fn get_plan_group() -> Example {
    Example::new(group_with_plan())
}

fn create_plan_group() -> Example {
    Example::new(group(json!([])))
        .request(json!({"name": "Team plans", "description": GROUP_DESCRIPTION}))
        .missing("name")
        .taken("name", NAME_IS_TAKEN)
}

fn update_plan_group() -> Example {
    Example::new(changed_group())
        .request(json!({"name": "Plans for teams", "isPublic": false}))
        .mistake("name", "Must have at least 1 character.")
        .taken("name", NAME_IS_TAKEN)
}

fn delete_plan_group() -> Example {
    Example::new(of_group(json!({"id": GROUP, "deleted": true})))
}

fn add_plan_to_group() -> Example {
    Example::new(of_group(json!({"success": true})))
        .request(json!({"planId": "example_plan"}))
        .missing("planId")
        .taken("planId", "The plan is in this group already.")
}

fn remove_plan_from_group() -> Example {
    Example::new(of_group(json!({"id": PLAN, "removed": true})))
}

fn reorder_plans_in_group() -> Example {
    Example::new(of_group(json!({"reordered": true})))
        .request(json!({"planIds": ["example_starter", "example_plan"]}))
        .mistake("planIds", "Must have at least 1 item.")
}

fn of_group(object: Value) -> Value {
    kind("plan_group", object)
}

fn group(plans: Value) -> Value {
    let mut group = json!({
        "id": GROUP,
        "name": "Team plans",
        "description": GROUP_DESCRIPTION,
        "isPublic": true,
        "createdAt": CREATED,
        "updatedAt": CREATED,
    });
    group["plans"] = plans;
    of_group(group)
}

fn group_with_plan() -> Value {
    group(json!([
        {"id": PLAN, "name": "Pro", "sortOrder": 0},
        {"id": OTHER_PLAN, "name": "Starter", "sortOrder": 1},
    ]))
}

fn changed_group() -> Value {
    let mut group = group_with_plan();
    group["name"] = "Plans for teams".into();
    group["isPublic"] = false.into();
    group["updatedAt"] = CHANGED.into();
    group
}
