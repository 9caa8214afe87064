//! Keeping, listing and discarding changesets.

use super::*;

#[tokio::test]
async fn changesets_are_listed_without_their_objects() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let mut ids = Vec::new();
    for name in ["One", "Two", "Three"] {
        let document =
            json!({"pricebook": 1, "features": {"one": {"name": name, "type": "usage"}}});
        ids.push(plan(&owner, document).await.id().to_owned());
        crate::support::let_the_clock_move().await;
    }
    let first = owner.get("/changesets?limit=2").await;
    let listed = crate::support::making::each(first.data(), "id");
    assert_eq!(listed, json!([ids[2], ids[1]]));
    assert_eq!(first.data()[0].get("objects"), None);
    assert_eq!(first.body["hasMore"], true);
    let cursor = first.body["nextCursor"].as_str().unwrap();
    let second = owner
        .get(&format!("/changesets?limit=2&cursor={cursor}"))
        .await;
    assert_eq!(
        crate::support::making::each(second.data(), "id"),
        json!([ids[0]])
    );
    owner
        .delete(&format!("/changesets/{}", ids[1]))
        .await
        .data();
    let open = owner.get("/changesets?status=open").await;
    assert_eq!(
        crate::support::making::each(open.data(), "id"),
        json!([ids[2], ids[0]])
    );
    let discarded = owner.get("/changesets?status=discarded").await;
    assert_eq!(
        crate::support::making::each(discarded.data(), "id"),
        json!([ids[1]])
    );
    owner
        .get("/changesets?status=lost")
        .await
        .invalid(&["status"]);
}

#[tokio::test]
async fn a_discarded_changeset_cannot_be_applied() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let changeset = plan(&owner, EXAMPLE).await.data().clone();
    let path = format!("/changesets/{}", changeset["id"].as_str().unwrap());
    let deleted = owner.delete(&path).await.data().clone();
    assert_eq!(
        (&deleted["deleted"], &deleted["object"]),
        (&json!(true), &json!("changeset"))
    );
    assert_eq!(owner.get(&path).await.data()["status"], "discarded");
    apply(&owner, &changeset)
        .await
        .refused(404, "changeset_not_found");
    owner
        .delete(&path)
        .await
        .refused(404, "changeset_not_found");
    owner
        .get("/changesets/chs_nothing")
        .await
        .refused(404, "changeset_not_found");
}

#[tokio::test]
async fn objects_come_in_pages() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let features: serde_json::Map<String, Value> = (0..120)
        .map(|index| {
            (
                format!("f{index}"),
                json!({"name": format!("F {index}"), "type": "usage"}),
            )
        })
        .collect();
    let changeset = plan(&owner, json!({"pricebook": 1, "features": features})).await;
    assert_eq!(changeset.body["hasMore"], false);
    let path = format!("/changesets/{}", changeset.id());
    let mut seen = Vec::new();
    let mut next = String::new();
    loop {
        let page = owner.get(&format!("{path}?limit=50{next}")).await;
        seen.extend(told(page.data()));
        match page.body["nextCursor"].as_str() {
            Some(cursor) => next = format!("&cursor={cursor}"),
            None => break,
        }
    }
    assert_eq!(seen, told(changeset.data()));
    assert_eq!(seen.len(), 120);
    for wrong in ["0", "1001", "x"] {
        owner
            .get(&format!("{path}?limit={wrong}"))
            .await
            .invalid(&["limit"]);
    }
}

#[tokio::test]
async fn a_changeset_belongs_to_its_scope() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let other = server.actor("other", Mode::Sandbox).await;
    let live = server.actor("acme", Mode::Live).await;
    let changeset = plan(&owner, EXAMPLE).await.data().clone();
    let path = format!("/changesets/{}", changeset["id"].as_str().unwrap());
    for stranger in [&other, &live] {
        stranger
            .get(&path)
            .await
            .refused(404, "changeset_not_found");
        stranger
            .delete(&path)
            .await
            .refused(404, "changeset_not_found");
        apply(stranger, &changeset)
            .await
            .refused(404, "changeset_not_found");
        assert_eq!(stranger.get("/changesets").await.data(), &json!([]));
    }
}

#[tokio::test]
async fn reads_have_tags() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let changeset = plan(&owner, EXAMPLE).await;
    let own = format!("/changesets/{}", changeset.id());
    for path in ["/changesets", own.as_str(), "/catalog/findings"] {
        let tag = owner.get(path).await.header("etag").map(str::to_owned);
        let again = owner
            .request(Method::GET, path)
            .header("if-none-match", tag.expect("a tag"));
        assert_eq!(owner.send(again).await.status, 304, "{path}");
    }
}
