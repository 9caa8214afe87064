//! The database: the only room that knows sea_orm.
//!
//! [`db`] opens the pools and begins transactions, [`batch`] several at once; each other file has the queries of one
//! resource. A query gets what it may see from the transaction that it runs in: a
//! [`Snapshot`](transaction::Snapshot) to read or a [`Transaction`](transaction::Transaction) to write, both of one
//! scope, and [`within`](transaction::within) is how a query begins.

pub mod api_key;
pub mod backup;
pub mod batch;
mod by_creation;
pub mod copy;
pub mod db;
mod diff;
mod entity;
pub mod error;
mod existing;
pub mod feature;
pub mod file_identity;
pub mod idempotency;
pub mod measures;
mod obstacle;
pub mod organization;
pub mod plan;
mod plan_contents;
pub mod plan_group;
pub mod postgres;
pub mod probe;
pub mod retry;
pub mod revision;
mod row;
mod silence;
pub mod sqlite_address;
mod sqlite_file;
pub mod state;
mod steps;
#[cfg(test)]
mod tests;
pub mod transaction;
