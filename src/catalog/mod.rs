//! Use cases: load, let the domain decide, save.
//!
//! Every write is a [`Command`](write::Command) and goes through
//! [`App::write`](app::App::write), which gives it the one transaction that also carries the
//! scope's revision and the record of an idempotent call. Reads run in one snapshot each; those of
//! plans are answered from memory where [`cache`](crate::cache) knows that nothing changed.

pub mod api_key;
pub mod app;
pub mod database_file;
pub mod feature;
pub mod health;
pub mod measures;
pub mod plan;
pub mod plan_answers;
pub mod plan_feature;
pub mod plan_group;
pub mod plan_price;
pub mod precondition;
pub mod regional;
mod turns;
pub mod upkeep;
pub mod write;
mod writer;
