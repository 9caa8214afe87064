//! The tests of the server as its users meet it: over HTTP, each on a database of its own.
//!
//! The same tests run on SQLite, and on PostgreSQL where `TEST_DATABASE_URL` names one.
#![allow(missing_docs)]

mod support;

mod access;
mod contract;
