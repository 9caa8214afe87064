//! The log of changes: what every write changed, and what every object was at each of them.

mod catch_up;
mod current;
mod details;
pub(in crate::store) mod entity;
mod entry;
mod log;
pub mod past;
mod prune;
mod read;
pub(in crate::store) mod stored;
mod versions;
mod written;

pub use self::current::listed_plans;
pub use self::entry::Entry;
pub use self::log::Log;
pub use self::prune::prune;
pub use self::read::{
    ChangeFilter, LogPage, Reach, changes_of, find_entry, kept_since, list_entries, reach,
    revision_at,
};
pub use self::versions::compare;
pub use self::written::{plans_not_written_after, written_of, written_since};
