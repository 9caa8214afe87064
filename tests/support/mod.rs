//! What the tests share: databases, servers, and actors that call them.

pub mod actor;
pub mod contract;
pub mod database;
pub mod making;
pub mod server;

pub use actor::{Actor, Reply};
pub use server::TestServer;
