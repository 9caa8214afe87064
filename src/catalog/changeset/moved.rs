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

/// Maximum number of objects of a change that are named.
const MAX_OBJECTS: usize = 100;

/// The refusal of a changeset that was made before these writes, each of an object at a revision and the
/// oldest first, as far as the caller may read them.
///
/// # Errors
/// `Unavailable` or `Internal`.
pub(super) async fn stale(
    tx: &Transaction,
    reach: &Reach,
    rights: &Rights,
    writes: &[(i64, String)],
) -> Result<Error> {
    let mode = tx.scope().mode;
    let mut changes: Vec<Change> = Vec::new();
    if rights.may_read(Resource::History) {
        let revisions = writes.chunk_by(|(one, _), (other, _)| one == other);
        for of_revision in revisions.rev().take(NamedChanges::MAX) {
            let Some((revision, _)) = of_revision.first() else {
                continue;
            };
            let named = of_revision.iter().take(MAX_OBJECTS);
            let ids: Vec<String> = named.map(|(_, id)| id.clone()).collect();
            let entry = history::find_entry(tx, reach, *revision).await?;
            changes.push(entry.about(tx, &ids).await?);
        }
    }
    Ok(Error::ChangesetStale(NamedChanges { changes, mode }))
}

/// The writes after a base, each of an object at a revision and the oldest first, and those of them that
/// are of an object of a changeset.
///
/// # Errors
/// `Unavailable` or `Internal`.
pub(super) async fn since(
    tx: &Transaction,
    id: &ChangesetId,
    base_revision: i64,
) -> Result<(Vec<(i64, String)>, Vec<(i64, String)>)> {
    let written = history::written_since(tx, base_revision).await?;
    if written.is_empty() {
        return Ok((Vec::new(), Vec::new()));
    }
    let objects = changesets::objects(tx, id, ObjectPage::EVERYTHING).await?;
    let ids: HashSet<_> = objects.into_iter().filter_map(|object| object.id).collect();
    let own = written.iter().filter(|(_, object)| ids.contains(object));
    let own = own.cloned().collect();
    Ok((written, own))
}
