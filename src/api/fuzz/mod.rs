//! Inputs that nobody has thought of: whatever comes, it is read or refused as it should be.

pub mod bodies;
mod cursors;
mod headers;
mod paths;
pub mod shop;
