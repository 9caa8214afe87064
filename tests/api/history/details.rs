//! The changes that a failed precondition names.

use super::*;

const STALE: &str = "\"00000000000000000000000000000000\"";

async fn stale(actor: &Actor, path: &str) -> Value {
    let request = actor.request(Method::PUT, path).header("if-match", STALE);
    let reply = actor.send(request.json(&json!({"name": "Stale"}))).await;
    reply.refused(412, "precondition_failed");
    let details = reply.body["error"]["details"].clone();
    assert!(details["etag"].is_string());
    details
}

fn named(details: &Value) -> Vec<i64> {
    let changes = details["changes"].as_array().expect("changes").iter();
    changes
        .map(|change| change["revision"].as_i64().expect("a revision"))
        .collect()
}

#[tokio::test]
async fn they_are_those_of_what_a_get_shows() {
    let shop = Shop::open().await;
    let owner = &shop.owner;
    let made = revisions(&owner.get("/changes?objectId=pro").await);
    assert_eq!(named(&stale(owner, "/plans/pro/manage").await), made);
    shop.add_calls(20).await.data();
    let added = head(owner).await;
    let renamed = json!({"name": "API calls"});
    owner.put("/features/calls/manage", renamed).await.data();
    owner
        .put("/features/sso/manage", json!({"name": "SSO"}))
        .await
        .data();
    owner.make_plan("other", json!({})).await;
    let details = stale(owner, "/plans/pro/manage").await;
    let calls = revisions(&owner.get("/changes?objectId=calls").await);
    let mut expected: Vec<_> = [added, calls[0], calls[1]]
        .into_iter()
        .chain(made)
        .collect();
    expected.sort_unstable_by(|one, other| other.cmp(one));
    assert_eq!(named(&details), expected);
    assert_eq!(details["revision"], head(owner).await);
    let newest = owner.get(&format!("/changes/{}", expected[0])).await;
    assert_eq!(&details["changes"][0], newest.data());
    let feature = stale(owner, "/features/calls/manage").await;
    assert_eq!(named(&feature), calls);
}

#[tokio::test]
async fn there_are_ten_at_most() {
    let shop = Shop::open().await;
    for price in 1..=12 {
        shop.change(json!({"price": price})).await.data();
    }
    let details = stale(&shop.owner, "/plans/pro/manage").await;
    let last = head(&shop.owner).await;
    let expected: Vec<_> = (last - 9..=last).rev().collect();
    assert_eq!(named(&details), expected);
}

#[tokio::test]
async fn those_of_a_group_are_also_those_of_its_plans() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let group = owner.post("/plan-groups", json!({"name": "Teams"})).await;
    let group = format!("/plan-groups/{}", group.id());
    owner.make_plan("pro", json!({})).await;
    owner.make_plan("out", json!({})).await;
    owner
        .post(&format!("{group}/plans"), json!({"planId": "pro"}))
        .await
        .data();
    // The key, the group, the plan, the other plan, the membership.
    assert_eq!(named(&stale(&owner, &group).await), [5, 3, 2]);
}

#[tokio::test]
async fn a_key_without_the_permission_sees_none() {
    let shop = Shop::open().await;
    let editor = json!({"plan": ["read", "write"]});
    let editor = with_permissions(&shop.owner, editor).await;
    assert_eq!(
        stale(&editor, "/plans/pro/manage").await["changes"],
        json!([])
    );
    let reader = json!({"plan": ["read", "write"], "history": ["read"]});
    let reader = with_permissions(&shop.owner, reader).await;
    assert_ne!(
        stale(&reader, "/plans/pro/manage").await["changes"],
        json!([])
    );
}
