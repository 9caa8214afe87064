//! Property tests of the API: any input is either accepted or refused as specified.

pub mod bodies;
mod cursors;
mod headers;
mod paths;
pub mod shop;
