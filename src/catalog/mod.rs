//! Use cases: load, let the domain decide, save.
//!
//! Every write is a [`Command`](write::Command) and goes through [`App::write`](app::App::write),
//! which gives it one transaction that also carries the scope's revision and the record of an
//! idempotent call. Each read has a snapshot; reads of plans are answered from the
//! [`cache`](crate::cache) if it is known to be current.

pub mod api_key;
pub mod app;
mod authentication;
pub mod blocking;
pub mod changeset;
mod clock;
pub mod database_file;
pub mod explain;
pub mod feature;
mod feed;
pub mod health;
pub mod history;
mod key_use;
mod last_writes;
pub mod lint;
pub mod metrics;
pub mod past;
pub mod plan;
pub mod plan_answers;
pub mod plan_feature;
pub mod plan_group;
pub mod plan_price;
pub mod precondition;
pub mod probe;
pub mod queue;
pub mod regional;
pub mod revert;
mod secret_hash;
pub mod upkeep;
mod waiting;
mod whole;
pub mod write;
mod writer;
mod written;
