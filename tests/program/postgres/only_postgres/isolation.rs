//! The defaults of a database do not affect the server.

use super::*;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_serializable_database_refuses_nothing() {
    let database = TestDatabase::new().await;
    let set = |setting: &str| format!("ALTER DATABASE {} SET {setting}", name(&database));
    let settings = [
        set("default_transaction_isolation TO 'serializable'"),
        set("default_transaction_deferrable TO on"),
        set("lock_timeout TO '1ms'"),
    ];
    // Migrates before the defaults are set.
    printed(&mut at(database.address(), &["migrate"]));
    database.execute(&settings).await;
    let server = TestServer::on(database.into()).await;
    let owner = server.owner().await;
    owner.make_plan("pro", json!({})).await;
    let price = owner.make_price("pro", "monthly", 1, json!({})).await;
    let clients = (0..12).map(|client| {
        let (owner, price) = (owner.clone(), price.clone());
        async move {
            for number in 0..10 {
                let body = json!({"price": 1000 + client * 100 + number});
                let path = format!("/plans/pro/prices/{price}");
                owner.put(&path, body).await.data();
                let group = json!({"name": format!("Group {client} {number}")});
                owner.post("/plan-groups", group).await.data();
                owner.get("/features").await.data();
                owner.get("/plans/pro").await.data();
            }
        }
    });
    futures_util::future::join_all(clients).await;
}
