//! Changesets: a change of many things at once, which is looked at and then applied, whole or not at
//! all.

mod asked;
#[allow(clippy::module_inception)]
mod changeset;
mod include;
mod objects;
mod proposal;
mod propose;

pub use asked::Asked;
pub use changeset::{Changeset, ChangesetSource, ChangesetStatus, Summary};
pub use include::{Included, Inclusion, Section, check_names};
pub use objects::{ManualValue, manual_values, new_ids, object_changes, without_ids};
pub use proposal::{Proposal, Prune};
pub use propose::{Moment, propose};
