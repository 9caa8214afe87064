//! End-to-end tests: they use the server over HTTP like its clients, each on a database of its own.
//!
//! The same tests run on SQLite, and on PostgreSQL if `TEST_DATABASE_URL` is set.
#![allow(missing_docs)]
#![allow(clippy::unwrap_used, clippy::expect_used)] // Tests and their helpers may panic.

mod api;
mod contract;
mod faults;
mod model;
mod program;
mod rooms;
mod support;
