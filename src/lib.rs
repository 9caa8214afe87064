//! Pricebook: a catalog of pricing plans behind one REST API.
//!
//! The crate is divided into rooms, each with one concern. A resource has a file of the same name
//! in every room that needs it, so the address of any line is *room / resource*.
//!
//! | room | concern | may use |
//! |---|---|---|
//! | [`domain`] | types and rules, without I/O | the standard library and small value crates |
//! | [`store`] | the database | `domain`, the migrations |
//! | [`cache`] | cached responses and known keys | `store`, `domain` |
//! | [`catalog`] | use cases; one write is one transaction | `cache`, `store`, `domain` |
//! | [`http`] | serving HTTP/1.1 | none |
//! | [`observe`] | metrics, traces, the queue of the log | none |
//! | [`api`] | the HTTP API | `catalog`, `cache`, `domain`, `observe`, `http` |
//! | [`startup`], [`cli`], [`files`], [`telemetry`], [`demo`] and the binary | wiring and commands | all |
//!
//! # How to add an endpoint
//!
//! 1. Write the rule in `domain`, and test it there.
//! 2. If it needs new columns, add a migration, and add them to the rows in `store`.
//! 3. Write the use case in `catalog`: a [`Command`](catalog::write::Command) for a change.
//! 4. Add its schemas in `api/schema`, and the operation with its errors in `api/operations`. The
//!    type of its caller, in `api/kit/needs.rs`, states the permission that it requires.
//! 5. Generate the document again with `scripts/openapi.sh`, and review the difference.
//! 6. Add the operation to the cases in `tests/access.rs`; the suite fails until it is there.

pub mod api;
pub mod cache;
pub mod catalog;
pub mod cli;
pub mod demo;
pub mod domain;
pub mod files;
#[cfg(test)]
mod fuzz;
pub mod http;
pub mod observe;
pub mod startup;
pub mod store;
pub mod telemetry;
