//! Calls to take a change back that are refused.

use super::*;

#[tokio::test]
async fn changes_of_keys_cannot_be_taken_back() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let made = owner.post("/api-keys", json!({"name": "CI"})).await;
    owner
        .delete(&format!("/api-keys/{}", made.id()))
        .await
        .data();
    let before = server.database.dump().await;
    for revision in 1..=3 {
        for force in [false, true] {
            let refused = revert(&owner, revision, json!({"force": force})).await;
            refused.invalid(&["revision"]);
        }
    }
    assert_eq!(server.database.dump().await, before);
}

#[tokio::test]
async fn each_type_that_it_touches_must_be_writable() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    owner.make_plan("pro", json!({})).await;
    let group = owner.post("/plan-groups", json!({"name": "Teams"})).await;
    let group = format!("/plan-groups/{}", group.id());
    owner
        .post(&format!("{group}/plans"), json!({"planId": "pro"}))
        .await
        .data();
    owner.delete(&group).await.data();
    let deleted = head(&owner).await;
    let all = json!({
        "history": ["read"], "plan": ["read", "write"], "plan_group": ["read", "write"],
    });
    for (name, list) in [
        ("history", json!([])),
        ("plan", json!(["read"])),
        ("plan_group", json!(["read"])),
        ("plan", json!([])),
    ] {
        let some = merged(all.clone(), json!({name: list}));
        let actor = with_permissions(&owner, some).await;
        for body in [json!({}), json!({"force": true})] {
            revert(&actor, deleted, body)
                .await
                .refused(403, "forbidden");
        }
        let tried = format!("/changes/{deleted}/revert?dryRun=true");
        actor
            .post(&tried, json!({}))
            .await
            .refused(403, "forbidden");
    }
    let enough = with_permissions(&owner, all).await;
    revert(&enough, deleted, json!({})).await.data();
    owner.get(&group).await.data();
}

#[tokio::test]
async fn the_body_and_headers_are_checked() {
    let shop = Shop::open().await;
    let owner = &shop.owner;
    let last = head(owner).await;
    for (body, fields) in [
        (json!({"force": "yes"}), &["force"][..]),
        (json!({"force": null}), &["force"]),
        (json!({"hard": true}), &["hard"]),
    ] {
        revert(owner, last, body).await.invalid(fields);
    }
    let path = format!("/changes/{last}/revert");
    for tag in ["*", "\"other\""] {
        let request = owner.request(Method::POST, &path).header("if-match", tag);
        let reply = owner.send(request.json(&json!({}))).await;
        reply.invalid(&["If-Match"]);
    }
    for revision in ["0", "-1", "one", "99999999999999999999"] {
        let path = format!("/changes/{revision}/revert");
        owner
            .post(&path, json!({}))
            .await
            .refused(404, "change_not_found");
    }
    assert_eq!(head(owner).await, last);
}
