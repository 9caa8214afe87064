//! Plan groups, and the plans in them.

use super::*;

/// A catalog with the group `Teams` and the plans `a` and `b` in it; returns the path of the group.
async fn teams(owner: &Actor) -> String {
    let group = owner.post("/plan-groups", json!({"name": "Teams"})).await;
    let group = group.id().to_owned();
    for code in ["a", "b"] {
        owner.make_plan(code, json!({"planGroupId": group})).await;
    }
    format!("/plan-groups/{group}")
}

#[tokio::test]
async fn a_group_is_created_changed_and_deleted() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let new = json!({"name": "Teams", "description": "For teams", "isPublic": false});
    let change = change_by(&owner, owner.post("/plan-groups", new)).await;
    check(
        &change,
        "create-plan-group",
        &[
            "created plan_group Teams",
            "name: null → \"Teams\"",
            "description: null → \"For teams\"",
            "isPublic: null → false",
        ],
    );
    let object = &change["objects"][0];
    assert_eq!(object["code"], Value::Null);
    let path = format!("/plan-groups/{}", text(&object["id"]));
    let update = json!({"name": "Crews", "description": null, "isPublic": true});
    let change = change_by(&owner, owner.put(&path, update)).await;
    check(
        &change,
        "update-plan-group",
        &[
            "updated plan_group Crews",
            "name: \"Teams\" → \"Crews\"",
            "description: \"For teams\" → null",
            "isPublic: false → true",
        ],
    );
    let change = change_by(&owner, owner.delete(&path)).await;
    check(
        &change,
        "delete-plan-group",
        &[
            "deleted plan_group Crews",
            "name: \"Crews\" → null",
            "isPublic: true → null",
        ],
    );
}

#[tokio::test]
async fn membership_is_the_plans() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let group = teams(&owner).await;
    owner.make_plan("c", json!({})).await;
    let (plans, reorder) = (format!("{group}/plans"), format!("{group}/plans/reorder"));
    let add = json!({"planId": "c", "sortOrder": 7});
    check(
        &change_by(&owner, owner.post(&plans, add)).await,
        "add-plan-to-group",
        &[
            "updated plan c",
            "sortOrder: 2 → 7",
            "planGroupId: null → grp_",
        ],
    );
    let order = json!({"planIds": ["b", "a", "c"]});
    check(
        &change_by(&owner, owner.put(&reorder, order)).await,
        "reorder-plans-in-group",
        &[
            "updated plan b",
            "sortOrder: 1 → 0",
            "updated plan a",
            "sortOrder: 0 → 1",
            "updated plan c",
            "sortOrder: 7 → 2",
        ],
    );
    let member = format!("{plans}/b");
    check(
        &change_by(&owner, owner.delete(&member)).await,
        "remove-plan-from-group",
        &[
            "updated plan b",
            "sortOrder: 0 → 1",
            "planGroupId: grp_ → null",
        ],
    );
}

#[tokio::test]
async fn a_deleted_group_lets_its_plans_go() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    owner.make_plan("first", json!({})).await;
    let group = teams(&owner).await;
    let change = change_by(&owner, owner.delete(&group)).await;
    check(
        &change,
        "delete-plan-group",
        &[
            "deleted plan_group Teams",
            "name: \"Teams\" → null",
            "isPublic: true → null",
            "updated plan a",
            "sortOrder: 0 → 1 (derived)",
            "planGroupId: grp_ → null (derived)",
            "updated plan b",
            "sortOrder: 1 → 2 (derived)",
            "planGroupId: grp_ → null (derived)",
        ],
    );
}
