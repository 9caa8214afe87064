//! How the database is reached: opening it, its pools, its schema, and what can go wrong with it.

mod database_file;
pub mod db;
pub mod error;
pub mod metrics;
pub(in crate::store) mod open_existing;
mod options;
pub mod postgres;
pub mod probe;
pub mod retry;
mod schema_steps;
mod settings;
mod silence;
pub mod sqlite;
pub(in crate::store) mod statement;
mod timeouts;
mod url;
