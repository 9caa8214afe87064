//! How the database is reached: opening it, its pools, its schema, and what can go wrong with it.

pub mod db;
pub mod error;
pub mod metrics;
pub(in crate::store) mod open_existing;
pub mod postgres;
pub mod probe;
pub mod retry;
mod schema_steps;
mod silence;
pub mod sqlite;
