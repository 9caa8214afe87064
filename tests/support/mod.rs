//! What the tests share: databases, servers, and actors that call them.
#![allow(clippy::expect_used)] // Where something is not as expected, a test ends.

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

/// The status of a page, and what it says.
pub async fn page(url: &str) -> (u16, Value) {
    let page = reqwest::get(url).await.expect("an answer");
    let status = page.status().as_u16();
    let text = page.text().await.expect("a text");
    (status, serde_json::from_str(&text).expect("JSON"))
}

/// Waits until times that are taken now differ from those taken before.
pub async fn let_the_clock_move() {
    tokio::time::sleep(std::time::Duration::from_millis(2)).await;
}

/// Waits until something holds, which takes the time it takes. A test that waits in vain gives up.
pub async fn eventually(what: &str, holds: impl AsyncFn() -> bool) {
    for _ in 0..6_000 {
        if holds().await {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("waited in vain for {what}");
}
