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
pub mod tree;
pub mod yaml;
