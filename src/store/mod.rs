//! The database: the only room that knows sea_orm.
//!
//! [`db`] opens the pools and begins transactions; each other file has the queries of one
//! resource. A query gets what it may see from the transaction that it runs in: a
//! [`Snapshot`](db::Snapshot) to read or a [`Transaction`](db::Transaction) to write, both of one
//! scope, and [`within`](db::within) is how a query begins.

pub mod api_key;
pub mod backup;
pub mod copy;
pub mod db;
mod diff;
mod entity;
mod error;
mod existing;
pub mod feature;
pub mod idempotency;
mod image;
pub mod measures;
pub mod organization;
pub mod plan;
mod plan_contents;
pub mod plan_group;
pub mod revision;
mod row;
