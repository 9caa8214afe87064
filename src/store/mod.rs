//! The database: the only room that knows sea_orm.
//!
//! [`db`] opens the pools and begins transactions, [`batch`] several at once; each other file has the queries of one
//! resource. A query gets what it may see from the transaction that it runs in: a
//! [`Snapshot`](transaction::Snapshot) to read or a [`Transaction`](transaction::Transaction) to write, both of one
//! scope, and [`within`](transaction::within) is how a query begins.

pub mod admin;
pub mod connection;
pub mod query;
pub mod tables;
#[cfg(test)]
mod tests;
pub mod transaction;
pub mod write;
