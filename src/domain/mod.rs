//! The types and rules of the catalog.
//!
//! Nothing here knows HTTP, SQL, a clock or an async runtime: rules are functions from values to
//! values, so they are tested without I/O. Start with [`plan`], the aggregate that most rules are
//! about, and [`money`], which contains every conversion of an amount.

pub mod api_key;
pub mod catalog;
pub mod change;
pub mod changeset;
pub mod document;
pub mod error;
pub mod explain;
pub mod feature;
pub mod id;
pub mod idempotency;
pub mod lint;
pub mod money;
pub mod page;
pub mod patch;
pub mod permission;
pub mod plan;
mod plan_check;
pub mod plan_feature;
pub mod plan_group;
pub mod plan_price;
pub mod rate;
pub mod redaction;
pub mod regional;
pub mod revert;
pub mod scope;
pub mod text;
pub mod timestamp;
mod violation;
mod word;

pub use error::{Error, OrNone, Result};
