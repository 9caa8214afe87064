//! Updating plans.

use super::*;

#[tokio::test]
async fn texts_that_can_name_no_plan_are_not_found() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let unknown = format!("pln_{}", "0".repeat(32));
    for name in [
        "nothing", "pln_", "PRO", "a%20b", "%00", "%25", "é", &unknown,
    ] {
        let missing = "plan_not_found";
        owner
            .get(&format!("/plans/{name}"))
            .await
            .refused(404, missing);
        delete(&owner, name).await.refused(404, missing);
        update(&owner, name, json!({"name": "New"}))
            .await
            .refused(404, missing);
        show(&owner, name, true).await.refused(404, missing);
        // An invalid body is reported before an unknown name.
        update(&owner, name, json!({"name": ""}))
            .await
            .invalid(&["name"]);
        let path = format!("/plans/{name}/visibility");
        owner.put(&path, json!({})).await.invalid(&["isPublic"]);
    }
}

#[tokio::test]
async fn an_update_of_a_plan_keeps_what_is_absent() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let body = json!({"description": "What", "metadata": {"a": 1, "b": 2}});
    let made = create(&owner, all_but(body.clone())).await;
    let_the_clock_move().await;
    let same = [json!({}), json!({"name": "Any", "isPublic": true}), body];
    for body in same {
        assert_eq!(update(&owner, "any", body).await.data(), made.data());
    }
    let mut expected = made.data().clone();
    for change in [
        json!({"name": "New"}),
        json!({"isPublic": false}),
        json!({"metadata": {"b": 3}}),
        json!({"metadata": {}}),
        json!({"description": null}),
        json!({"name": "Newer", "description": "", "metadata": {"c": null}, "isPublic": true}),
    ] {
        for (field, value) in change.as_object().expect("an object") {
            expected[field] = value.clone();
        }
        let changed = update(&owner, made.id(), change).await;
        assert!(changed.text("updatedAt") > made.text("updatedAt"));
        expected["updatedAt"] = changed.data()["updatedAt"].clone();
        assert_eq!(changed.data(), &expected);
        assert_eq!(owner.get("/plans/any").await.data(), &expected);
    }
}

#[tokio::test]
async fn an_update_of_a_plan_takes_no_other_field() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let made = create(&owner, all_but(json!({}))).await;
    let wrong = json!({
        "name": null, "description": 1, "metadata": 1, "isPublic": null, "code": "new",
        "isFree": true,
    });
    let fields = [
        "name",
        "description",
        "metadata",
        "isPublic",
        "code",
        "isFree",
    ];
    update(&owner, "any", wrong).await.invalid(&fields);
    assert_eq!(owner.get("/plans/any").await.data(), made.data());
}

#[tokio::test]
async fn visibility_can_be_set_by_itself() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let id = plan(&owner, "pro").await;
    for (name, is_public) in [("pro", false), (&id, false), ("pro", true)] {
        let set = show(&owner, name, is_public).await;
        let expected =
            json!({"id": id, "isPublic": is_public, "object": "plan", "livemode": false});
        assert_eq!(set.data(), &expected);
        assert_eq!(owner.get("/plans/pro").await.data()["isPublic"], is_public);
    }
    let path = "/plans/pro/visibility";
    for body in [
        json!({}),
        json!({"isPublic": null}),
        json!({"isPublic": "true"}),
    ] {
        owner.put(path, body).await.invalid(&["isPublic"]);
    }
    owner
        .put(path, json!({"isPublic": true, "name": "x"}))
        .await
        .invalid(&["name"]);
}

#[tokio::test]
async fn private_plans_are_listed_when_asked_for() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    for code in ["a", "b", "c", "d"] {
        plan(&owner, code).await;
    }
    for code in ["a", "c"] {
        show(&owner, code, false).await.data();
    }
    for path in ["/plans", "/plans?includePrivate=false"] {
        assert_eq!(column(&owner, path, "code").await, ["b", "d"]);
    }
    let whole = "/plans?includePrivate=true";
    assert_eq!(column(&owner, whole, "code").await, ["a", "b", "c", "d"]);
    // A page has the requested size, whatever the filter leaves out.
    let first = page(&owner, "/plans", 1, None).await;
    let second = page(&owner, "/plans", 1, Some(&next_cursor(&first))).await;
    assert_eq!(second.data()[0]["code"], "d");
    assert_eq!(second.body["hasMore"], false);
    for value in ["TRUE", "1", "", "yes", "true&includePrivate=true"] {
        let path = format!("/plans?includePrivate={value}");
        owner.get(&path).await.invalid(&["includePrivate"]);
    }
    let all_wrong = owner.get("/plans?cursor=&limit=&includePrivate=").await;
    all_wrong.invalid(&["limit", "cursor", "includePrivate"]);
    // A private plan can still be read by name.
    owner.get("/plans/a").await.data();
}
