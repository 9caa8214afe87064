//! The log of changes: what every write changed, and what every object was at each of them.

mod catch_up;
mod current;
mod details;
pub(in crate::store) mod entity;
mod log;
mod read;
mod versions;

pub use self::log::Log;
pub use self::read::{ChangeFilter, LogPage, Reach, find_change, list_changes, reach, revision_at};
pub use self::versions::compare;
