//! What these tests share.

pub use serde_json::{Value, json};

pub use crate::support::database::TestDatabase;
pub use crate::support::program::{Running, actor_by, at, last_words, printed};
pub use crate::support::{Actor, TestServer};

/// The name of a database.
pub fn name(database: &TestDatabase) -> &str {
    let (_, name) = database.address().rsplit_once('/').expect("a name");
    name
}

/// The status of a page, and what it says.
pub async fn page(url: &str) -> (u16, Value) {
    let page = reqwest::get(url).await.expect("an answer");
    let status = page.status().as_u16();
    let text = page.text().await.expect("a text");
    (status, serde_json::from_str(&text).expect("JSON"))
}
