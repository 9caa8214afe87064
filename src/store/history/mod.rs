//! The log of changes, and what objects were at each revision.
//!
//! Every write leaves one row in `changes`, with what happened as people read it, and a version of
//! each object that it touched. What the catalog was at a revision is, for each object, its newest
//! version that is no newer.

mod log;
mod objects;
mod pack;
mod version;

pub use log::{ChangeFilter, LogPage, find_change, list_changes, oldest_kept};
pub use version::{Versioned, version_of, versions_at};
