//! Lists of groups, and the entity tags of reads.

use super::*;

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
async fn group_pages_survive_writes_between() {
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
    // A group shows the name and position of a plan.
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
