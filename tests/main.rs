//! The tests of the server as its users meet it: over HTTP, each on a database of its own.
//!
//! The same tests run on SQLite, and on PostgreSQL where `TEST_DATABASE_URL` names one.
#![allow(missing_docs)]
#![allow(clippy::unwrap_used, clippy::expect_used)] // A test that cannot go on fails, its helpers included.

mod api;
mod contract;
mod faults;
mod model;
mod program;
mod rooms;
mod support;
