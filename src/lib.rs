//! Pricebook: a catalog of pricing plans behind one REST API.
//!
//! The crate is a house of rooms, each with one concern; a resource has a file of the same name
//! in every room that it needs, so the address of any line is *room / resource*.
//!
//! | room | what it is about | may use |
//! |---|---|---|
//! | [`domain`] | words and rules, without I/O | the standard library and small value crates |
//! | [`store`] | the database | `domain`, the migrations |
//! | [`catalog`] | use cases; one write is one transaction | `store`, `domain` |
//! | [`observe`] | counters, spans, the way of the log to its file | none |
//! | [`api`] | the wire | `catalog`, `observe`, `domain` |
//! | [`health`] | asking a server how it is | none |
//! | [`startup`], [`config`], `environment`, [`database`], [`guards`], [`files`], [`first_key`], [`output`], [`signals`], [`telemetry`], [`demo`] and the binary | putting it together | all |
//!
//! # How to add an endpoint
//!
//! 1. Say the rule in `domain`, and test it there.
//! 2. If it needs new columns, add a migration and carry them through the rows in `store`.
//! 3. Write the use case in `catalog`: a [`Command`](catalog::write::Command) for a change.
//! 4. Give it shapes in `api/schema`, what it refuses and the operation itself in `api`. Its caller
//!    has the type of what a key needs for it; these are in `api/needs`.
//! 5. Write the document anew with `scripts/openapi.sh`, and look at what changed.
//! 6. Add the operation to the cases in `tests/api/access/cases.rs`; the suite fails until it is there.

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
