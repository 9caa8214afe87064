//! Times come from the database, so the clocks of replicas need not agree, and times never run
//! backwards.

use serde_json::json;

use crate::support::{Actor, TestServer};

/// 2100-01-01T00:00:00Z, in milliseconds since 1970.
const LATER: i64 = 4_102_444_800_000;
const SHOWN: &str = "2100-01-01T00:00:00.000Z";

/// Moves times ahead, as a write by a server or database with a fast clock does.
async fn move_clock_ahead(server: &TestServer) {
    let statement = format!("UPDATE scopes SET last_write_at = {LATER}");
    server.database.execute(&[statement]).await;
}

async fn updated_at(owner: &Actor, path: &str) -> String {
    owner.get(path).await.text("updatedAt").to_owned()
}

#[tokio::test]
async fn times_never_run_backwards() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let other = TestServer::on(server.database.clone()).await;
    owner.make_plan("pro", json!({})).await;
    owner.make_feature("calls", "usage").await;
    let group = owner.post("/plan-groups", json!({"name": "Group"})).await;
    let group = format!("/plan-groups/{}", group.id());
    let objects = [
        ("/plans/pro", "/plans/pro/manage"),
        ("/features/calls", "/features/calls/manage"),
        (group.as_str(), group.as_str()),
    ];
    for (path, _) in objects {
        assert!(*updated_at(&owner, path).await < *SHOWN, "{path}");
    }
    move_clock_ahead(&server).await;
    for (number, actor) in [&owner, &owner.at(&other.base)].into_iter().enumerate() {
        for (path, update) in objects {
            let name = json!({"name": format!("Name {number}")});
            let reply = actor.put(update, name).await;
            assert_eq!(reply.text("updatedAt"), SHOWN, "{path}");
        }
    }
}

#[tokio::test]
async fn an_update_is_not_before_its_creation() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    owner.make_plan("first", json!({})).await;
    move_clock_ahead(&server).await;
    owner.make_plan("pro", json!({})).await;
    let created = owner.get("/plans/pro").await;
    assert_eq!(created.text("createdAt"), SHOWN);
    let price = owner.make_price("pro", "monthly", 4900, json!({})).await;
    let path = format!("/plans/pro/prices/{price}");
    let updated = owner.put(&path, json!({"price": 5900})).await;
    assert_eq!(updated.text("createdAt"), SHOWN);
    assert_eq!(updated.text("updatedAt"), SHOWN);
}
