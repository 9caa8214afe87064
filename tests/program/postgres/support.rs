//! Shared helpers of these tests.

pub use serde_json::json;

pub use crate::support::database::TestDatabase;
pub use crate::support::program::{Running, actor_by, at, error_message, printed};
pub use crate::support::{Actor, TestServer, page};

/// The name of a database.
pub fn name(database: &TestDatabase) -> &str {
    let (_, name) = database.address().rsplit_once('/').expect("a name");
    name
}
