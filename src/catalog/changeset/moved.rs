//! What moved since a changeset was made.

use std::collections::HashSet;

use crate::domain::change::{Change, NamedChanges};
use crate::domain::id::ChangesetId;
use crate::domain::permission::{Resource, Rights};
use crate::domain::{Error, Result};
use crate::store::history::{self, Reach};
use crate::store::query::InScope;
use crate::store::tables::changeset::{self as changesets, ObjectPage};
use crate::store::transaction::Transaction;

/// The refusal of a changeset that was made before these revisions, as far as the caller may read them.
///
/// # Errors
/// `Unavailable` or `Internal`.
pub(super) async fn stale(
    tx: &Transaction,
    reach: &Reach,
    rights: &Rights,
    revisions: &[i64],
) -> Result<Error> {
    let mode = tx.scope().mode;
    let mut changes: Vec<Change> = Vec::new();
    if rights.may_read(Resource::History) {
        for revision in revisions.iter().rev().take(NamedChanges::MAX) {
            changes.push(history::find_change(tx, reach, *revision).await?);
        }
    }
    Ok(Error::ChangesetStale(NamedChanges { changes, mode }))
}

/// The revisions after a base, the oldest first, and those of them that wrote an object of a changeset.
///
/// # Errors
/// `Unavailable` or `Internal`.
pub(super) async fn since(
    tx: &Transaction,
    id: &ChangesetId,
    base_revision: i64,
) -> Result<(Vec<i64>, Vec<i64>)> {
    let written = history::written_since(tx, base_revision).await?;
    if written.is_empty() {
        return Ok((Vec::new(), Vec::new()));
    }
    let objects = changesets::objects(tx, id, ObjectPage::EVERYTHING).await?;
    let ids: HashSet<_> = objects.into_iter().filter_map(|object| object.id).collect();
    let mut all: Vec<i64> = written.iter().map(|(revision, _)| *revision).collect();
    let own = written.iter().filter(|(_, object)| ids.contains(object));
    let mut own: Vec<i64> = own.map(|(revision, _)| *revision).collect();
    all.dedup();
    own.dedup();
    Ok((all, own))
}
