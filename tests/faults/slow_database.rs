//! A database that is slow or unavailable: cached plans can be read, writes are refused in time,
//! and everything recovers.

use std::sync::Arc;

use reqwest::Method;
use sea_orm::{ConnectionTrait, TransactionTrait};
use serde_json::json;

use crate::support::database::TestDatabase;
use crate::support::promise::{check_refused, check_well_again, in_time};
use crate::support::proxy::{Proxy, Way};
use crate::support::{Actor, TestServer};

/// Makes every kind of call while the database does not answer.
async fn check_while_away(owner: &Actor) {
    for _ in 0..2 {
        for write in [
            owner
                .request(Method::POST, "/plan-groups")
                .json(&json!({"name": "Away"})),
            owner.request(Method::DELETE, "/plans/pro/manage"),
        ] {
            let refused = in_time(owner.send(write)).await;
            check_refused(&refused);
        }
        // These are cached.
        for path in ["/plans/pro", "/plans"] {
            in_time(owner.get(path)).await.data();
        }
        in_time(owner.get("/features"))
            .await
            .refused(503, "unavailable");
        in_time(owner.with_key("ck_sandbox_unknown").get("/plans"))
            .await
            .refused(503, "unavailable");
    }
}

/// Waits for a write to succeed, for a limited time, and checks reads.
async fn check_all_well_again(owner: &Actor, name: &str) {
    let write = || {
        let group = owner.request(Method::POST, "/plan-groups");
        group.json(&json!({"name": name}))
    };
    check_well_again(owner, write).await;
    owner.get("/features").await.data();
    owner.get("/plans/pro").await.data();
}

/// Tests that apply only to PostgreSQL.
mod only_postgres {
    use super::*;

    #[tokio::test]
    async fn hanging_database_is_survived() {
        let database = TestDatabase::new().await;
        let proxy = Proxy::before(database.address()).await;
        let server = TestServer::on(Arc::new(TestDatabase::at(proxy.url()))).await;
        let owner = server.owner().await;
        owner.make_plan("pro", json!({})).await;
        for way in [Way::Blocked, Way::Cut] {
            for path in ["/plans/pro", "/plans"] {
                owner.get(path).await.data();
            }
            proxy.set(way);
            check_while_away(&owner).await;
            // More calls than there are connections do not pile up.
            let calls = (0..40).map(|_| in_time(owner.get("/features")));
            for reply in futures_util::future::join_all(calls).await {
                reply.refused(503, "unavailable");
            }
            in_time(owner.get("/plans/pro")).await.data();
            proxy.set(Way::Open);
            check_all_well_again(&owner, &format!("{way:?}")).await;
        }
        for number in 0..2 {
            proxy.lose();
            check_all_well_again(&owner, &format!("Lost {number}")).await;
            // Connections in use are lost too.
            let calls = (0..20).map(|_| in_time(owner.get("/features")));
            let lose = async {
                tokio::task::yield_now().await;
                proxy.lose();
            };
            tokio::join!(futures_util::future::join_all(calls), lose);
            check_all_well_again(&owner, &format!("Lost in use {number}")).await;
        }
    }
}

/// Tests that apply only to SQLite.
mod only_sqlite {
    use super::*;

    #[tokio::test]
    async fn locked_file_is_survived() {
        let server = TestServer::start().await;
        let owner = server.owner().await;
        owner.make_plan("pro", json!({})).await;
        let other = server.database.connect().await;
        let other = other.begin().await.expect("a transaction");
        other
            .execute_unprepared("DELETE FROM idempotency_records")
            .await
            .expect("the lock");
        for _ in 0..2 {
            let calls = (0..20).map(|number| {
                let body = json!({"name": format!("Group {number}")});
                in_time(owner.post("/plan-groups", body))
            });
            for reply in futures_util::future::join_all(calls).await {
                check_refused(&reply);
            }
            for path in ["/plans/pro", "/plans", "/features"] {
                in_time(owner.get(path)).await.data();
            }
        }
        other.rollback().await.expect("the lock goes");
        let at_once = json!({"name": "At once"});
        owner.post("/plan-groups", at_once).await.data();
        check_all_well_again(&owner, "Teams").await;
    }
}
