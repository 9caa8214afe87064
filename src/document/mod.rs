//! The catalog as a document: reading and writing its text, as YAML or JSON.
//!
//! What a document means is decided in [`domain::document`](crate::domain::document); this room knows
//! how it is spelled.

#[cfg(test)]
mod fuzz;
pub mod json;
mod limits;
pub mod merge;
mod mistakes;
pub mod node;
mod path;
mod positions;
mod reader;
mod text;
pub mod tree;
mod writer;
pub mod yaml;

pub use reader::read;
pub use text::{read_json, read_json_in, read_yaml, write_json, write_yaml};
pub use writer::tree as tree_of;
