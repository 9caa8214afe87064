//! The database: the only room that knows sea_orm.
//!
//! [`db`](connection::db) opens the pools and begins transactions, [`write`](mod@write) several at
//! once; each other file has the queries of one resource. A query is limited to the scope of the
//! transaction that it runs in: a [`Snapshot`](transaction::Snapshot) to read or a
//! [`Transaction`](transaction::Transaction) to write. [`InScope`](query::InScope) is how a query
//! begins.

pub mod admin;
pub mod connection;
pub mod query;
pub mod tables;
#[cfg(test)]
mod tests;
pub mod transaction;
pub mod write;
