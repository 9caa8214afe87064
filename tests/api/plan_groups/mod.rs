//! Plan groups and the positions of plans in them.

use pricebook::domain::scope::Mode;
use serde_json::{Value, json};

use crate::support::reads::{
    check_bad_pages, check_pages, check_tag, ids, next_cursor, page, read_unless,
};
use crate::support::{Actor, Reply, TestServer, let_the_clock_move};

mod lists;
mod places;

/// The largest integer that every JSON reader keeps exactly.
const MAX_SAFE_INTEGER: i64 = 9_007_199_254_740_991;

async fn create(actor: &Actor, body: Value) -> Reply {
    actor.post("/plan-groups", body).await
}

/// Creates a group and returns its id.
async fn group(actor: &Actor, name: &str) -> String {
    create(actor, json!({"name": name})).await.id().to_owned()
}

/// Creates a plan whose name is its code, and returns its id.
async fn plan(actor: &Actor, code: &str) -> String {
    let body = json!({"name": code, "code": code});
    actor.post("/plans/manage", body).await.id().to_owned()
}

async fn add(actor: &Actor, group: &str, body: Value) -> Reply {
    actor
        .post(&format!("/plan-groups/{group}/plans"), body)
        .await
}

async fn remove(actor: &Actor, group: &str, plan: &str) -> Reply {
    actor
        .delete(&format!("/plan-groups/{group}/plans/{plan}"))
        .await
}

async fn reorder(actor: &Actor, group: &str, plans: &[&str]) -> Reply {
    let body = json!({"planIds": plans});
    actor
        .put(&format!("/plan-groups/{group}/plans/reorder"), body)
        .await
}

/// The names and positions of a group's plans, in order.
async fn positions(actor: &Actor, group: &str) -> Vec<(String, i64)> {
    let reply = actor.get(&format!("/plan-groups/{group}")).await;
    let plans = reply.data()["plans"].as_array().expect("plans").iter();
    let place = |plan: &Value| {
        let name = plan["name"].as_str().expect("a name").to_owned();
        (name, plan["sortOrder"].as_i64().expect("a place"))
    };
    plans.map(place).collect()
}

/// The group and position that a plan shows.
async fn position_of(actor: &Actor, plan: &str) -> (Value, i64) {
    let reply = actor.get(&format!("/plans/{plan}")).await;
    let place = reply.data()["sortOrder"].as_i64().expect("a place");
    (reply.data()["planGroupId"].clone(), place)
}

fn named(places: &[(&str, i64)]) -> Vec<(String, i64)> {
    places
        .iter()
        .map(|(name, place)| ((*name).to_owned(), *place))
        .collect()
}

#[tokio::test]
async fn group_fields_left_out_have_defaults() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let made = create(&owner, json!({"name": "Teams"})).await;
    let data = made.data();
    assert!(made.id().starts_with("grp_"));
    assert_eq!(data["createdAt"], data["updatedAt"]);
    let expected = json!({
        "id": data["id"], "name": "Teams", "description": null, "isPublic": true,
        "createdAt": data["createdAt"], "updatedAt": data["updatedAt"], "plans": [],
        "object": "plan_group", "livemode": false,
    });
    assert_eq!(data, &expected);
    assert_eq!(
        owner
            .get(&format!("/plan-groups/{}", made.id()))
            .await
            .data(),
        data
    );
    let live = server.actor("acme", Mode::Live).await;
    let body = json!({"name": "Teams", "description": "For teams", "isPublic": false});
    let made = create(&live, body.clone()).await;
    for field in ["name", "description", "isPublic"] {
        assert_eq!(made.data()[field], body[field]);
    }
    assert_eq!(made.data()["livemode"], true);
}

#[tokio::test]
async fn all_faults_of_a_new_group_are_named() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    create(&owner, json!({})).await.invalid(&["name"]);
    let wrong = json!({"name": "", "description": null, "isPublic": "yes", "plans": [], "": 1});
    create(&owner, wrong)
        .await
        .invalid(&["name", "description", "isPublic", "plans", ""]);
    create(&owner, json!({"name": "nul \u{0}"}))
        .await
        .invalid(&["name"]);
    for (field, most) in [("name", 200), ("description", 2000)] {
        let mut body = json!({"name": field});
        body[field] = json!("ß".repeat(most));
        assert_eq!(
            create(&owner, body.clone()).await.data()[field],
            body[field]
        );
        body[field] = json!("ß".repeat(most + 1));
        create(&owner, body).await.invalid(&[field]);
    }
}

#[tokio::test]
async fn name_is_free_after_deletion_or_renaming() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let first = group(&owner, "Teams").await;
    let taken = create(&owner, json!({"name": "Teams"})).await;
    taken.refused(409, "duplicate");
    assert_eq!(taken.body["error"]["param"], "name");
    group(&owner, "teams").await;
    let other = server.actor("rival", Mode::Sandbox).await;
    group(&other, "Teams").await;
    let second = group(&owner, "Solo").await;
    let path = format!("/plan-groups/{second}");
    owner
        .put(&path, json!({"name": "Teams"}))
        .await
        .refused(409, "duplicate");
    owner.put(&path, json!({"name": "Solo"})).await.data();
    owner
        .put(&format!("/plan-groups/{first}"), json!({"name": "Many"}))
        .await
        .data();
    owner.put(&path, json!({"name": "Teams"})).await.data();
    owner.delete(&path).await.data();
    group(&owner, "Teams").await;
}

#[tokio::test]
async fn an_update_of_a_group_keeps_what_is_absent() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let made = create(&owner, json!({"name": "Teams", "description": "For teams"})).await;
    let path = format!("/plan-groups/{}", made.id());
    let_the_clock_move().await;
    let same = json!({"name": "Teams", "description": "For teams", "isPublic": true});
    for body in [json!({}), same] {
        assert_eq!(owner.put(&path, body).await.data(), made.data());
    }
    let mut expected = made.data().clone();
    for change in [
        json!({"isPublic": false}),
        json!({"name": "Many"}),
        json!({"description": null}),
        json!({"description": ""}),
    ] {
        for (field, value) in change.as_object().expect("an object") {
            expected[field] = value.clone();
        }
        let changed = owner.put(&path, change).await;
        assert!(changed.text("updatedAt") > made.text("updatedAt"));
        expected["updatedAt"] = changed.data()["updatedAt"].clone();
        assert_eq!(changed.data(), &expected);
        assert_eq!(owner.get(&path).await.data(), &expected);
    }
    let wrong = json!({"name": null, "description": 1, "isPublic": null, "id": "x"});
    owner
        .put(&path, wrong)
        .await
        .invalid(&["name", "description", "isPublic", "id"]);
}

#[tokio::test]
async fn texts_that_can_name_no_group_are_not_found() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    group(&owner, "Teams").await;
    plan(&owner, "pro").await;
    let unknown = format!("grp_{}", "0".repeat(32));
    for id in ["Teams", "grp_", "%00", &unknown] {
        let path = format!("/plan-groups/{id}");
        let missing = "plan_group_not_found";
        owner.get(&path).await.refused(404, missing);
        owner.put(&path, json!({})).await.refused(404, missing);
        owner.delete(&path).await.refused(404, missing);
        add(&owner, id, json!({"planId": "pro"}))
            .await
            .refused(404, missing);
        remove(&owner, id, "pro").await.refused(404, missing);
        reorder(&owner, id, &["pro"]).await.refused(404, missing);
    }
}

#[tokio::test]
async fn calls_on_groups_are_refused_in_order() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let group = group(&owner, "Teams").await;
    plan(&owner, "pro").await;
    add(&owner, &group, json!({"planId": "pro"})).await.data();
    // The schema, then the group, then the plan, then conflicts.
    add(&owner, "none", json!({"planId": "none", "sortOrder": -1}))
        .await
        .invalid(&["sortOrder"]);
    let unknown = add(&owner, "none", json!({"planId": "none"})).await;
    unknown.refused(404, "plan_group_not_found");
    add(&owner, &group, json!({"planId": "none"}))
        .await
        .refused(404, "plan_not_found");
    add(&owner, &group, json!({"planId": "pro"}))
        .await
        .refused(409, "duplicate");
    remove(&owner, "none", "none")
        .await
        .refused(404, "plan_group_not_found");
    remove(&owner, &group, "none")
        .await
        .refused(404, "plan_not_found");
    reorder(&owner, "none", &[]).await.invalid(&["planIds"]);
    reorder(&owner, "none", &["none"])
        .await
        .refused(404, "plan_group_not_found");
    let renamed = owner
        .put("/plan-groups/none", json!({"name": "Teams"}))
        .await;
    renamed.refused(404, "plan_group_not_found");
}
