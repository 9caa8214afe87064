//! Changes of so many objects that these are stored and read apart.

use super::*;

/// Number of features, more than half of what a page of changes may have.
const FEATURES: usize = 601;

/// Gives features a name.
async fn name_features(owner: &Actor, name: &str) -> Value {
    let named = |number| {
        let feature = json!({"name": format!("{name} {number}"), "type": "boolean"});
        (format!("f{number}"), feature)
    };
    let features: serde_json::Map<_, _> = (0..FEATURES).map(named).collect();
    set(owner, json!({"pricebook": 1, "features": features})).await
}

fn objects(change: &Value) -> &[Value] {
    change["objects"].as_array().unwrap()
}

async fn shop() -> (TestServer, Actor) {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    name_features(&owner, "One").await;
    name_features(&owner, "Two").await;
    (server, owner)
}

#[tokio::test]
async fn pages_have_fewer_changes() {
    let (_server, owner) = shop().await;
    let newest = owner.get("/changes?limit=100").await;
    let changes = newest.data().as_array().unwrap();
    assert_eq!(changes.len(), 1);
    assert_eq!(objects(&changes[0]).len(), FEATURES);
    assert_eq!(newest.body["hasMore"], true);
    let revision = &changes[0]["revision"];
    let alone = owner.get(&format!("/changes/{revision}")).await;
    assert_eq!(alone.data(), &changes[0]);

    let cursor = newest.body["nextCursor"].as_str().unwrap();
    let older = owner
        .get(&format!("/changes?limit=100&cursor={cursor}"))
        .await;
    let oldest = &older.data()[0];
    assert_eq!(objects(oldest).len(), FEATURES);
    for (number, object) in objects(oldest).iter().enumerate() {
        assert_eq!(object["code"], format!("f{number}"));
        assert_eq!(object["action"], "created");
    }

    let before = oldest["revision"].as_i64().unwrap() - 1;
    let first = owner
        .get(&format!("/changes?after={before}&limit=100"))
        .await;
    assert_eq!(first.data()[0], *oldest);
    assert_eq!(first.data().as_array().unwrap().len(), 1);
    assert_eq!(first.body["hasMore"], true);
}

#[tokio::test]
async fn one_object_is_read_alone() {
    let (_server, owner) = shop().await;
    let rename = owner.request(Method::PUT, "/features/f5/manage");
    let rename = rename
        .header("if-match", "\"other\"")
        .json(&json!({"name": "Three"}));
    let refused = owner.send(rename).await;
    refused.refused(412, "precondition_failed");
    let changes = refused.body["error"]["details"]["changes"]
        .as_array()
        .unwrap();
    assert_eq!(changes.len(), 2);
    for change in changes {
        let codes: Vec<_> = objects(change)
            .iter()
            .map(|object| &object["code"])
            .collect();
        assert_eq!(codes, ["f5"]);
    }

    let document = r#"{"pricebook": 1, "features": {"f0": {"name": "Three", "type": "boolean"}}}"#;
    let changeset = plan(&owner, document).await.data().clone();
    name_features(&owner, "Four").await;
    let refused = apply(&owner, &changeset).await;
    refused.refused(409, "changeset_stale");
    let change = &refused.body["error"]["details"][0];
    assert_eq!(objects(change).len(), 1);
    assert_eq!(objects(change)[0]["code"], "f0");
}

#[tokio::test]
async fn they_are_taken_back() {
    let (_server, owner) = shop().await;
    let newest = owner.get("/changes?limit=1").await.data()[0].clone();
    let path = format!("/changes/{}/revert", newest["revision"]);
    let reverted = owner.post(&path, json!({})).await;
    assert_eq!(objects(reverted.data()).len(), FEATURES);
    let logged = owner.get("/changes?limit=1").await.data()[0].clone();
    assert_eq!(objects(&logged), objects(reverted.data()));
    let feature = owner.get("/features/f600").await;
    assert_eq!(feature.data()["name"], "One 600");

    let again = owner.post(&path, json!({})).await;
    again.refused(409, "revert_conflict");
}
