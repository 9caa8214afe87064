//! Changesets from the other mode and from revisions, and who may make them.

use super::*;

async fn promote(to: &Actor, source: Value) -> Reply {
    to.post("/changesets", json!({"source": source, "prune": "all"}))
        .await
}

#[tokio::test]
async fn promotion_there_and_back_is_empty() {
    let server = TestServer::start().await;
    let sandbox = server.owner().await;
    let live = server.actor("acme", Mode::Live).await;
    set(&sandbox, EXAMPLE).await;
    live.make_feature("only_live", "usage").await;
    let changeset = promote(&live, json!({"scope": "sandbox"}))
        .await
        .data()
        .clone();
    assert_eq!(changeset["source"]["scope"], "sandbox");
    assert_eq!(
        changeset["summary"],
        json!({"created": 5, "updated": 0, "deleted": 1})
    );
    apply_with(&live, &changeset, json!({"confirm": "live"}))
        .await
        .data();
    assert_eq!(yaml(&live).await, yaml(&sandbox).await);
    let back = sandbox
        .request(Method::POST, "/changesets")
        .header("source-api-key", live.key())
        .json(&json!({"source": {"scope": "live"}, "prune": "all"}));
    let back = sandbox.send(back).await.data().clone();
    assert_eq!(back["objects"], json!([]));
    let again = promote(&live, json!({"scope": "sandbox"}))
        .await
        .data()
        .clone();
    assert_eq!(again["objects"], json!([]));
}

#[tokio::test]
async fn a_revision_of_the_sandbox_can_be_promoted() {
    let server = TestServer::start().await;
    let sandbox = server.owner().await;
    let live = server.actor("acme", Mode::Live).await;
    let then = set(&sandbox, EXAMPLE).await["revision"].clone();
    let text = yaml(&sandbox).await;
    sandbox.make_plan("unfinished", json!({})).await;
    let changeset = promote(&live, json!({"scope": "sandbox", "revision": then}))
        .await
        .data()
        .clone();
    apply(&live, &changeset).await.data();
    assert_eq!(yaml(&live).await, text);
    promote(&live, json!({"scope": "sandbox", "revision": 999}))
        .await
        .invalid(&["source.revision"]);
}

#[tokio::test]
async fn a_catalog_goes_back_to_a_revision() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let then = set(&owner, EXAMPLE).await["revision"].clone();
    let text = yaml(&owner).await;
    owner
        .put(
            "/plans/pro/manage",
            json!({"name": "Other", "metadata": null}),
        )
        .await
        .data();
    owner.delete("/plans/team/manage").await.data();
    owner.make_plan("later", json!({})).await;
    let changeset = promote(&owner, json!({"revision": then}))
        .await
        .data()
        .clone();
    assert_eq!(
        changeset["summary"],
        json!({"created": 1, "updated": 1, "deleted": 1})
    );
    apply(&owner, &changeset).await.data();
    assert_eq!(yaml(&owner).await, text);
    promote(&owner, json!({"revision": 999}))
        .await
        .invalid(&["source.revision"]);
}

#[tokio::test]
async fn a_source_is_one_thing() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    for source in [
        json!({}),
        json!({"document": {}, "revision": 1}),
        json!({"document": {}, "rates": {"eur": 1}}),
        json!({"rates": {"eur": 1}, "scope": "live"}),
    ] {
        let reply = owner.post("/changesets", json!({"source": source})).await;
        reply.invalid(&["source"]);
    }
    let own = owner
        .post("/changesets", json!({"source": {"scope": "sandbox"}}))
        .await;
    own.invalid(&["source.scope"]);
}

#[tokio::test]
async fn another_catalog_is_read_only_with_a_key_for_it() {
    let server = TestServer::start().await;
    let sandbox = server.owner().await;
    let live = server.actor("acme", Mode::Live).await;
    let foreign = server.actor("other", Mode::Live).await;
    set(&live, EXAMPLE).await;
    let from_live = json!({"source": {"scope": "live"}});
    sandbox
        .post("/changesets", from_live.clone())
        .await
        .refused(403, "forbidden");
    let with = async |key: &str| {
        let request = sandbox
            .request(Method::POST, "/changesets")
            .header("source-api-key", key);
        sandbox.send(request.json(&from_live)).await
    };
    with("ck_live_nonsense").await.refused(401, "unauthorized");
    for wrong in [foreign.key(), sandbox.key()] {
        with(wrong).await.refused(403, "forbidden");
    }
    let no_catalog = with_permissions(&live, json!({"plan": ["read"], "feature": ["read"]})).await;
    with(no_catalog.key()).await.refused(403, "forbidden");
    let reader = with_permissions(&live, json!({"catalog": ["read"]})).await;
    with(reader.key()).await.data();
    // A live key that only reads cannot read the sandbox by itself.
    let from_sandbox = json!({"source": {"scope": "sandbox"}});
    reader
        .post("/changesets", from_sandbox.clone())
        .await
        .refused(403, "forbidden");
    let writer = with_permissions(&live, json!({"catalog": ["read", "write"]})).await;
    writer.post("/changesets", from_sandbox).await.data();
}

#[tokio::test]
async fn a_restricted_key_does_no_more_by_way_of_a_changeset() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    set(&owner, EXAMPLE).await;
    let all_but = with_permissions(&owner, json!({
        "plan": ["read", "write"], "feature": ["read", "write"], "plan_group": ["read", "write"],
    })).await;
    all_but.get("/catalog").await.refused(403, "forbidden");
    all_but
        .get("/catalog/findings")
        .await
        .refused(403, "forbidden");
    all_but.get("/changesets").await.refused(403, "forbidden");
    plan(&all_but, EXAMPLE).await.refused(403, "forbidden");
    let reader = with_permissions(&owner, json!({"catalog": ["read"]})).await;
    let document = json!({"pricebook": 1, "plans": {"pro": {"name": "Other"}}});
    let changeset = plan(&reader, document).await.data().clone();
    reader.get("/catalog").await.data();
    apply(&reader, &changeset).await.refused(403, "forbidden");
    let path = format!("/changesets/{}", changeset["id"].as_str().unwrap());
    reader.delete(&path).await.refused(403, "forbidden");
    reader.get("/plans").await.refused(403, "forbidden");
    let writer = with_permissions(&owner, json!({"catalog": ["read", "write"]})).await;
    apply(&writer, &changeset).await.data();
    writer
        .put("/plans/pro/manage", json!({"name": "x"}))
        .await
        .refused(403, "forbidden");
}
