//! The JSON objects of the API, and their schemas in the OpenAPI document.
//!
//! Requests are structs that serde reads, responses are structs that serde writes. Both are
//! declared with [`object!`](mod@object), which takes descriptions from doc comments. Each resource has
//! a file with its objects and their conversions from and to the domain.

pub mod describe;
pub mod object;
mod scalar;

pub mod api_key;
pub mod change;
pub mod changeset;
pub mod currency;
pub mod deleted;
pub mod document;
pub mod error;
pub mod explain;
pub mod feature;
pub mod finding;
pub mod plan;
pub mod plan_feature;
pub mod plan_group;
pub mod plan_price;
mod public;
pub mod regional;

pub use self::describe::Schema;
pub use self::object::described;
pub use self::scalar::{Flag, Nullable};
