//! Shared helpers: databases, servers, and actors that call them.
#![allow(clippy::expect_used)] // An unexpected result fails the test.

pub mod actor;
pub mod contract;
pub mod database;
pub mod making;
pub mod program;
pub mod promise;
pub mod proxy;
pub mod raw;
pub mod reads;
pub mod server;
pub mod shop;
pub mod tls;
pub mod wire;

use serde_json::Value;

pub use actor::{Actor, Reply};
pub use server::TestServer;

/// The status and JSON body of a page.
pub async fn page(url: &str) -> (u16, Value) {
    let page = reqwest::get(url).await.expect("an answer");
    let status = page.status().as_u16();
    let text = page.text().await.expect("a text");
    (status, serde_json::from_str(&text).expect("JSON"))
}

/// Waits until new timestamps differ from earlier ones.
pub async fn let_the_clock_move() {
    tokio::time::sleep(std::time::Duration::from_millis(2)).await;
}

/// Waits until something holds, for a long time at most.
pub async fn eventually(what: &str, holds: impl AsyncFn() -> bool) {
    for _ in 0..6_000 {
        if holds().await {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("timed out waiting for {what}");
}
