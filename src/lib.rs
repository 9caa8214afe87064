//! Pricebook: a catalog of pricing plans behind one REST API.
//!
//! The crate is divided into rooms, each with one concern. A resource has a file of the same name in
//! every room that needs it, so the address of any line is *room / resource*; the rows of a plan's parts
//! are in `store/tables/plan`.
//!
//! | room | concern | may use |
//! |---|---|---|
//! | [`domain`] | words and rules, without I/O | the standard library and small value crates |
//! | [`store`] | the database; the only room that names `sea_orm` | `domain`, the migrations |
//! | [`cache`] | responses that are ready to send, by state, and known keys | `store`, `domain` |
//! | [`document`] | the text of a catalog as one document: reading and writing it | `domain` |
//! | [`catalog`] | use cases: load, let the domain decide, save | `cache`, `store`, `domain`, `document` |
//! | [`http`] | serving HTTP/1.1, without the API | none |
//! | [`observe`] | counting and tracing | none |
//! | [`api`] | the wire; the only room that names `poem` | `catalog`, `cache`, `domain`, `document`, `observe`, `http` |
//! | [`cli`], [`startup`], [`telemetry`], [`files`] | settings, commands, the log and wiring | all |
//! | [`demo`] | the example catalog, written through the API | `api`, `catalog`, `domain`, `startup`, `http` |
//!
//! `ARCHITECTURE.md` explains how they work together, `CONTRIBUTING.md` has checklists for additions,
//! and `tests/rooms.rs` checks this table.

pub mod api;
pub mod cache;
pub mod catalog;
pub mod cli;
pub mod demo;
pub mod document;
pub mod domain;
pub mod files;
#[cfg(test)]
mod fuzz;
pub mod http;
pub mod observe;
pub mod startup;
pub mod store;
pub mod telemetry;
