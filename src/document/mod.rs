//! The catalog as a document: reading and writing its text, as YAML or JSON.
//!
//! What a document means is decided in [`domain::document`](crate::domain::document); this room knows
//! how it is spelled.

pub mod node;
mod reader;
pub mod tree;
mod writer;

pub use reader::read;
pub use writer::tree as tree_of;
