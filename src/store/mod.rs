//! The database: the only room that knows `sea_orm`.
//!
//! [`connection`] opens the database; [`tables`] has a file or a folder for the queries of each resource.
//! Queries run in a [`Snapshot`](transaction::Snapshot) to read or a
//! [`Transaction`](transaction::Transaction) to write, both of one scope, and begin with
//! [`within`](query::within), which restricts them to it. A [`Batch`](write::Batch) commits several
//! writes together. [`history`] has the log of changes.

pub mod admin;
pub mod connection;
pub mod history;
mod pack;
pub mod query;
pub mod tables;
#[cfg(test)]
mod tests;
pub mod transaction;
pub mod whole;
pub mod write;
