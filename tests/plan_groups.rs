//! Plan groups and the places of plans in them.

use pricebook::domain::scope::Mode;
use serde_json::{Value, json};

use crate::support::reads::{
    check_bad_pages, check_pages, check_tag, ids, next_cursor, page, read_unless,
};
use crate::support::{Actor, Reply, TestServer, let_the_clock_move};

/// The largest integer that every JSON reader keeps exactly.
const MAX_SAFE_INTEGER: i64 = 9_007_199_254_740_991;

async fn create(actor: &Actor, body: Value) -> Reply {
    actor.post("/plan-groups", body).await
}

/// Makes a group and answers its id.
async fn group(actor: &Actor, name: &str) -> String {
    create(actor, json!({"name": name})).await.id().to_owned()
}

/// Makes a plan, named like its code, and answers its id.
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

/// The names and places of the plans of a group, in its order.
async fn places(actor: &Actor, group: &str) -> Vec<(String, i64)> {
    let reply = actor.get(&format!("/plan-groups/{group}")).await;
    let plans = reply.data()["plans"].as_array().expect("plans").iter();
    let place = |plan: &Value| {
        let name = plan["name"].as_str().expect("a name").to_owned();
        (name, plan["sortOrder"].as_i64().expect("a place"))
    };
    plans.map(place).collect()
}

/// Where a plan says that it is.
async fn place_of(actor: &Actor, plan: &str) -> (Value, i64) {
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
async fn a_group_is_what_was_sent_and_the_rest_is_default() {
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
async fn what_is_wrong_with_a_new_group_is_said_all_at_once() {
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
async fn the_name_of_a_group_is_taken_until_it_is_deleted_or_renamed() {
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

#[tokio::test]
async fn a_plan_is_added_where_it_is_wanted_or_behind_the_last() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let group = group(&owner, "Teams").await;
    for (code, sort_order) in [
        ("a", json!(null)),
        ("b", json!(7)),
        ("c", json!(null)),
        ("d", json!(7)),
        ("e", json!(0)),
        ("f", json!(3)),
    ] {
        let id = plan(&owner, code).await;
        let mut body = json!({"planId": if code == "b" { id.as_str() } else { code }});
        if !sort_order.is_null() {
            body["sortOrder"] = sort_order;
        }
        let added = add(&owner, &group, body).await;
        let expected = json!({"success": true, "object": "plan_group", "livemode": false});
        assert_eq!(added.data(), &expected);
    }
    // Equal places go by age.
    let expected = named(&[("a", 0), ("e", 0), ("f", 3), ("b", 7), ("d", 7), ("c", 8)]);
    assert_eq!(places(&owner, &group).await, expected);
    assert_eq!(place_of(&owner, "b").await, (json!(group), 7));
    assert_eq!(place_of(&owner, "c").await, (json!(group), 8));
}

#[tokio::test]
async fn a_place_is_a_safe_integer_from_zero() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let group = group(&owner, "Teams").await;
    let pro = plan(&owner, "pro").await;
    for place in [
        json!(-1),
        json!(0.5),
        json!("0"),
        json!(null),
        json!(MAX_SAFE_INTEGER + 1),
    ] {
        let body = json!({"planId": "pro", "sortOrder": place});
        add(&owner, &group, body).await.invalid(&["sortOrder"]);
    }
    add(&owner, &group, json!({"planId": ""}))
        .await
        .invalid(&["planId"]);
    add(&owner, &group, json!({"plan": 1}))
        .await
        .invalid(&["planId", "plan"]);
    let last = json!({"planId": pro, "sortOrder": MAX_SAFE_INTEGER});
    add(&owner, &group, last).await.data();
    assert_eq!(place_of(&owner, "pro").await.1, MAX_SAFE_INTEGER);
    // There is no place behind the last one.
    plan(&owner, "max").await;
    add(&owner, &group, json!({"planId": "max"}))
        .await
        .invalid(&["sortOrder"]);
    let inside = json!({"name": "New", "code": "new", "planGroupId": group});
    owner
        .post("/plans/manage", inside)
        .await
        .invalid(&["planGroupId"]);
    add(
        &owner,
        &group,
        json!({"planId": "max", "sortOrder": MAX_SAFE_INTEGER}),
    )
    .await
    .data();
}

#[tokio::test]
async fn a_plan_is_in_one_group_at_most() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let (first, second) = (group(&owner, "First").await, group(&owner, "Second").await);
    plan(&owner, "a").await;
    let pro = plan(&owner, "pro").await;
    add(&owner, &first, json!({"planId": "pro", "sortOrder": 5}))
        .await
        .data();
    for other in [&first, &second] {
        let refused = add(&owner, other, json!({"planId": "pro", "sortOrder": 6})).await;
        refused.refused(409, "duplicate");
        assert_eq!(refused.body["error"]["param"], "planId");
    }
    assert_eq!(place_of(&owner, "pro").await, (json!(first), 5));
    remove(&owner, &second, "pro")
        .await
        .refused(404, "plan_not_found");
    let removed = remove(&owner, &first, "pro").await;
    let expected = json!({"id": pro, "removed": true, "object": "plan_group", "livemode": false});
    assert_eq!(removed.data(), &expected);
    // Outside of a group it stands where it was made.
    assert_eq!(place_of(&owner, "pro").await, (json!(null), 1));
    remove(&owner, &first, &pro)
        .await
        .refused(404, "plan_not_found");
    add(&owner, &second, json!({"planId": pro})).await.data();
    assert_eq!(place_of(&owner, "pro").await, (json!(second), 0));
    assert!(places(&owner, &first).await.is_empty());
}

#[tokio::test]
async fn a_new_order_names_every_plan_of_the_group_once() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let group = group(&owner, "Teams").await;
    let mut plans = Vec::new();
    for code in ["a", "b", "c", "outside"] {
        plans.push(plan(&owner, code).await);
    }
    for (code, place) in [("a", 4), ("b", 9), ("c", 9)] {
        add(&owner, &group, json!({"planId": code, "sortOrder": place}))
            .await
            .data();
    }
    let before = places(&owner, &group).await;
    let path = format!("/plan-groups/{group}/plans/reorder");
    for body in [json!({}), json!({"planIds": []}), json!({"planIds": "a"})] {
        owner.put(&path, body).await.invalid(&["planIds"]);
    }
    owner
        .put(&path, json!({"planIds": ["a", 1, ""]}))
        .await
        .invalid(&["planIds[1]", "planIds[2]"]);
    reorder(&owner, &group, &["a", "b"])
        .await
        .invalid(&["planIds"]);
    // One by its id and once more by its code is twice.
    reorder(&owner, &group, &["a", "b", "c", &plans[1]])
        .await
        .invalid(&["planIds[3]"]);
    let strangers = ["outside", "a", "none", "b", "c", "a", "not a code"];
    let fields = ["planIds[0]", "planIds[2]", "planIds[5]", "planIds[6]"];
    reorder(&owner, &group, &strangers).await.invalid(&fields);
    assert_eq!(places(&owner, &group).await, before);
    let reordered = reorder(&owner, &group, &["c", &plans[0], "b"]).await;
    let expected = json!({"reordered": true, "object": "plan_group", "livemode": false});
    assert_eq!(reordered.data(), &expected);
    assert_eq!(
        places(&owner, &group).await,
        named(&[("c", 0), ("a", 1), ("b", 2)])
    );
    let listed = owner.get("/plans").await;
    let codes = listed
        .data()
        .as_array()
        .expect("plans")
        .iter()
        .map(|plan| plan["code"].clone());
    assert_eq!(codes.collect::<Vec<_>>(), ["c", "a", "b", "outside"]);
}

#[tokio::test]
async fn deleting_a_group_keeps_its_plans() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let doomed = group(&owner, "Teams").await;
    for code in ["a", "b"] {
        plan(&owner, code).await;
        add(&owner, &doomed, json!({"planId": code, "sortOrder": 9}))
            .await
            .data();
    }
    let deleted = owner.delete(&format!("/plan-groups/{doomed}")).await;
    let expected =
        json!({"id": doomed, "deleted": true, "object": "plan_group", "livemode": false});
    assert_eq!(deleted.data(), &expected);
    assert_eq!(place_of(&owner, "a").await, (json!(null), 0));
    assert_eq!(place_of(&owner, "b").await, (json!(null), 1));
    let again = owner.delete(&format!("/plan-groups/{doomed}")).await;
    again.refused(404, "plan_group_not_found");
    let next = group(&owner, "Teams").await;
    add(&owner, &next, json!({"planId": "a"})).await.data();
}

#[tokio::test]
async fn a_group_lets_a_deleted_plan_go() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let group = group(&owner, "Teams").await;
    for code in ["a", "b", "c"] {
        plan(&owner, code).await;
        add(&owner, &group, json!({"planId": code})).await.data();
    }
    owner.delete("/plans/c/manage").await.data();
    assert_eq!(places(&owner, &group).await, named(&[("a", 0), ("b", 1)]));
    reorder(&owner, &group, &["b", "a", "c"])
        .await
        .invalid(&["planIds[2]"]);
    reorder(&owner, &group, &["b", "a"]).await.data();
    plan(&owner, "c").await;
    assert_eq!(place_of(&owner, "c").await, (json!(null), 3));
    remove(&owner, &group, "c")
        .await
        .refused(404, "plan_not_found");
}

#[tokio::test]
async fn groups_are_listed_by_age_in_pages_of_25() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let mut made = Vec::new();
    for number in (0..27).rev() {
        made.push(group(&owner, &format!("Group {number}")).await);
    }
    plan(&owner, "pro").await;
    add(&owner, &made[1], json!({"planId": "pro"})).await.data();
    let first = owner.get("/plan-groups").await;
    assert_eq!(ids(&first), made[..25]);
    assert_eq!(
        first.data()[1],
        *owner.get(&format!("/plan-groups/{}", made[1])).await.data()
    );
    assert_eq!(first.data()[1]["plans"].as_array().map(Vec::len), Some(1));
    let rest = owner
        .get(&format!("/plan-groups?cursor={}", next_cursor(&first)))
        .await;
    assert_eq!(ids(&rest), made[25..]);
    assert_eq!(
        (&rest.body["hasMore"], &rest.body["nextCursor"]),
        (&json!(false), &json!(null))
    );
    let whole = page(&owner, "/plan-groups", 100, None).await;
    let whole = whole.data().as_array().expect("groups");
    check_pages(&owner, "/plan-groups", whole).await;
    check_bad_pages(&owner, "/plan-groups").await;
}

#[tokio::test]
async fn pages_of_groups_go_on_whatever_is_written_between() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let mut made = Vec::new();
    for name in ["a", "b", "c", "d"] {
        made.push(group(&owner, name).await);
    }
    let first = page(&owner, "/plan-groups", 2, None).await;
    for doomed in [&made[1], &made[2]] {
        owner.delete(&format!("/plan-groups/{doomed}")).await.data();
    }
    owner
        .put(&format!("/plan-groups/{}", made[0]), json!({"name": "z"}))
        .await
        .data();
    let newest = group(&owner, "new").await;
    let second = page(&owner, "/plan-groups", 2, Some(&next_cursor(&first))).await;
    assert_eq!(ids(&second), [made[3].clone(), newest]);
    assert_eq!(second.body["hasMore"], false);
}

#[tokio::test]
async fn reads_of_groups_have_tags() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let group = group(&owner, "Teams").await;
    let path = format!("/plan-groups/{group}");
    for path in [path.as_str(), "/plan-groups", "/plan-groups?limit=1"] {
        check_tag(&owner, path).await;
    }
    let before = owner.get(&path).await;
    let tag = before.header("etag").expect("a tag");
    plan(&owner, "pro").await;
    assert_eq!(read_unless(&owner, &path, tag).await.status, 304);
    // A plan's name and place are part of what a group shows.
    add(&owner, &group, json!({"planId": "pro"})).await.data();
    let with_plan = read_unless(&owner, &path, tag).await;
    assert_ne!(with_plan.data()["plans"], json!([]));
    let tag = with_plan.header("etag").expect("a tag");
    owner
        .put("/plans/pro/manage", json!({"name": "Renamed"}))
        .await
        .data();
    let renamed = read_unless(&owner, &path, tag).await;
    assert_eq!(renamed.data()["plans"][0]["name"], "Renamed");
}

#[tokio::test]
async fn a_plan_with_the_code_reorder_can_be_removed_by_its_code() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let group = owner.post("/plan-groups", json!({"name": "Team"})).await;
    let plans = format!("/plan-groups/{}/plans", group.id());
    let plan = json!({"name": "Reorder", "code": "reorder"});
    let plan = owner.post("/plans/manage", plan).await;
    owner
        .post(&plans, json!({"planId": "reorder"}))
        .await
        .data();
    let path = format!("{plans}/reorder");
    let request = owner.request(reqwest::Method::DELETE, &path);
    let removed = request.send().await.unwrap();
    assert_eq!(removed.status(), 200);
    let read = owner.get(&format!("/plans/{}", plan.id())).await;
    assert!(read.data()["planGroupId"].is_null());
}
