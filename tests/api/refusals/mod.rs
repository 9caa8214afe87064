//! Refusals before a call reaches a resource, and other answers of the outer layers.

use std::collections::BTreeSet;

use pricebook::domain::scope::Mode;
use reqwest::Method;
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};

use crate::support::contract::{self, DOCUMENT, OPERATIONS, Operation};
use crate::support::promise::check_refused;
use crate::support::wire::bare_refusal;
use crate::support::{Actor, Reply, TestServer, eventually, raw};

mod bodies;
mod error_codes;
mod pages;
mod request_ids;
mod routes;

/// The operations that take a body.
fn with_body() -> impl Iterator<Item = &'static Operation> {
    OPERATIONS
        .iter()
        .filter(|operation| operation.object["requestBody"].is_object())
}

/// A request for a raw path, with the headers of an API call.
async fn raw_call(actor: &Actor, base: &str, method: &str, path: &str) -> Reply {
    let key = actor.key();
    let request = format!(
        "{method} {path} HTTP/1.1\r\nhost: localhost\r\nx-api-key: {key}\r\n\
         content-type: application/json\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{{}}"
    );
    let reply = raw::send(base, request).await;
    contract::check(&method.parse().expect("a method"), path, &reply);
    reply
}

async fn fetch(url: &str) -> (u16, String, String) {
    let page = reqwest::get(url).await.expect("an answer");
    let kind = page
        .headers()
        .get("content-type")
        .and_then(|kind| kind.to_str().ok());
    let kind = kind.unwrap_or_default().to_owned();
    (
        page.status().as_u16(),
        kind,
        page.text().await.expect("a text"),
    )
}

/// Tests that apply only to PostgreSQL.
mod only_postgres {
    use super::*;

    /// On SQLite a deleted file stays open, and a damaged one is a fault, not an outage. A database
    /// that another process keeps locked is covered by `faults/slow_database.rs`.
    #[tokio::test]
    async fn lost_database_makes_writes_unavailable() {
        let server = TestServer::start().await;
        let owner = server.owner().await;
        let ready = async || fetch(&format!("{}/readyz", server.base)).await.0;
        assert_eq!(ready().await, 200);
        let (base, name) = server.database.address().rsplit_once('/').expect("a name");
        let admin = sea_orm::Database::connect(format!("{base}/postgres"))
            .await
            .expect("a connection");
        // The database refuses connections, and can come back.
        let away = [
            format!("ALTER DATABASE {name} WITH ALLOW_CONNECTIONS false"),
            format!(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
            ),
        ];
        for statement in away {
            admin
                .execute_unprepared(&statement)
                .await
                .expect("a statement");
        }
        for reply in [
            owner.get("/plans").await,
            owner.post("/plan-groups", json!({"name": "Teams"})).await,
            owner.delete("/plans/pro/manage").await,
        ] {
            check_refused(&reply);
        }
        // Cached plans can still be read.
        assert_eq!(ready().await, 200);
        let for_writes = format!("{}/readyz?for=writes", server.base);
        let is_reported = async || fetch(&for_writes).await.0 == 503;
        eventually("/readyz to report no writes", is_reported).await;
        let (_, _, body) = fetch(&for_writes).await;
        let body: Value = serde_json::from_str(&body).expect("JSON");
        assert_eq!(body["reads"]["from"], "memory", "{body}");
        assert_eq!(body["writes"]["reason"], "the database does not answer");
        assert_eq!(fetch(&format!("{}/livez", server.base)).await.0, 200);
        let back = format!("ALTER DATABASE {name} WITH ALLOW_CONNECTIONS true");
        admin.execute_unprepared(&back).await.expect("a statement");
        owner.get("/plans").await.data();
        assert_eq!(ready().await, 200);
        let is_reported = async || fetch(&for_writes).await.0 == 200;
        eventually("/readyz to report writes", is_reported).await;
    }
}

/// One answer of each kind.
async fn one_of_each(server: &TestServer) -> Vec<Reply> {
    let owner = server.owner().await;
    vec![
        owner.get("/plans").await,
        owner.get("/nothing").await,
        owner.get("/plans/none").await,
        server.stranger().get("/plans").await,
        owner.send(owner.request(Method::PATCH, "/plans")).await,
        owner
            .send(owner.request(Method::POST, "/plan-groups").body("{}"))
            .await,
        create_raw(&owner, "{").await,
        create_raw(&owner, "{}").await,
        create_raw(&owner, "{}".repeat(MIB)).await,
        owner
            .send(
                owner
                    .request(Method::GET, "/plans")
                    .header("if-none-match", "*"),
            )
            .await,
    ]
}

/// Creates a plan group from a raw body.
async fn create_raw(actor: &Actor, body: impl Into<reqwest::Body>) -> Reply {
    actor.raw(Method::POST, "/plan-groups", body).await
}

const MIB: usize = 1024 * 1024;

const PAGES: &[(&str, &str)] = &[
    ("/docs", "text/html"),
    ("/docs/swagger-ui.js", "text/javascript"),
    ("/docs/swagger-ui.css", "text/css"),
    ("/docs/start.js", "text/javascript"),
    ("/docs/errors.css", "text/css"),
    ("/docs/errors/duplicate", "text/html"),
    ("/openapi.json", "application/json"),
    ("/openapi.yaml", "application/yaml"),
    ("/livez", "application/json"),
    ("/readyz", "application/json"),
];
