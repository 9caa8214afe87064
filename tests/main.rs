//! The tests of the server as its users meet it: over HTTP, each on a database of its own.
//!
//! The same tests run on SQLite, and on PostgreSQL where `TEST_DATABASE_URL` names one.
#![allow(missing_docs)]
#![allow(clippy::unwrap_used, clippy::expect_used)] // A test that cannot go on fails, its helpers included.

mod support;

mod access;
mod api_keys;
mod away;
mod bad_clients;
mod clocks;
mod contract;
mod examples;
mod faults;
mod features;
mod forms;
mod freshness;
mod idempotency;
mod limits;
mod lost_writes;
mod migrations;
mod permissions;
mod plan_features;
mod plan_groups;
mod plan_prices;
mod plan_rules;
mod plans;
mod postgres;
mod preconditions;
mod program;
mod protocol;
mod publishable;
mod races;
mod random_walk;
mod refusals;
mod regional_pricing;
mod rooms;
mod tls;
mod walk;
