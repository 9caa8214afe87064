//! SQLite files.

pub mod address;
pub(in crate::store) mod existing;
pub(in crate::store) mod file;
pub mod file_identity;
pub(in crate::store) mod obstacle;
