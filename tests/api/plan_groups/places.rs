//! Positions of plans in a group.

use super::*;

#[tokio::test]
async fn plan_is_added_last_by_default() {
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
    // Plans at the same position are ordered by age.
    let expected = named(&[("a", 0), ("e", 0), ("f", 3), ("b", 7), ("d", 7), ("c", 8)]);
    assert_eq!(positions(&owner, &group).await, expected);
    assert_eq!(position_of(&owner, "b").await, (json!(group), 7));
    assert_eq!(position_of(&owner, "c").await, (json!(group), 8));
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
    assert_eq!(position_of(&owner, "pro").await.1, MAX_SAFE_INTEGER);
    // No position follows the last one.
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
    assert_eq!(position_of(&owner, "pro").await, (json!(first), 5));
    remove(&owner, &second, "pro")
        .await
        .refused(404, "plan_not_found");
    let removed = remove(&owner, &first, "pro").await;
    let expected = json!({"id": pro, "removed": true, "object": "plan_group", "livemode": false});
    assert_eq!(removed.data(), &expected);
    // Outside a group a plan is ordered by its creation.
    assert_eq!(position_of(&owner, "pro").await, (json!(null), 1));
    remove(&owner, &first, &pro)
        .await
        .refused(404, "plan_not_found");
    add(&owner, &second, json!({"planId": pro})).await.data();
    assert_eq!(position_of(&owner, "pro").await, (json!(second), 0));
    assert!(positions(&owner, &first).await.is_empty());
}

#[tokio::test]
async fn new_order_names_every_plan_once() {
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
    let before = positions(&owner, &group).await;
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
    // The same plan once by id and once by code is a duplicate.
    reorder(&owner, &group, &["a", "b", "c", &plans[1]])
        .await
        .invalid(&["planIds[3]"]);
    let strangers = ["outside", "a", "none", "b", "c", "a", "not a code"];
    let fields = ["planIds[0]", "planIds[2]", "planIds[5]", "planIds[6]"];
    reorder(&owner, &group, &strangers).await.invalid(&fields);
    assert_eq!(positions(&owner, &group).await, before);
    let reordered = reorder(&owner, &group, &["c", &plans[0], "b"]).await;
    let expected = json!({"reordered": true, "object": "plan_group", "livemode": false});
    assert_eq!(reordered.data(), &expected);
    assert_eq!(
        positions(&owner, &group).await,
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
    assert_eq!(position_of(&owner, "a").await, (json!(null), 0));
    assert_eq!(position_of(&owner, "b").await, (json!(null), 1));
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
    assert_eq!(
        positions(&owner, &group).await,
        named(&[("a", 0), ("b", 1)])
    );
    reorder(&owner, &group, &["b", "a", "c"])
        .await
        .invalid(&["planIds[2]"]);
    reorder(&owner, &group, &["b", "a"]).await.data();
    plan(&owner, "c").await;
    assert_eq!(position_of(&owner, "c").await, (json!(null), 3));
    remove(&owner, &group, "c")
        .await
        .refused(404, "plan_not_found");
}

#[tokio::test]
async fn plan_called_reorder_can_be_removed() {
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
