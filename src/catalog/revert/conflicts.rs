//! What stands in the way of taking a change back.

use std::collections::HashMap;

use super::around::Around;
use crate::domain::change::{Change, NamedChanges, ObjectChange};
use crate::domain::revert::Written;
use crate::domain::{Error, Result};
use crate::store::history::{self, LogPage, Reach};
use crate::store::query::InScope;
use crate::store::transaction::Transaction;

/// Maximum number of objects of a change that a refusal names.
const MAX_OBJECTS: usize = 100;

/// The refusal that names these changes.
pub(super) fn of(tx: &Transaction, changes: Vec<Change>) -> Error {
    let mode = tx.scope().mode;
    Error::RevertConflict(NamedChanges { changes, mode })
}

/// Refuses if others built on a change.
pub(super) async fn require_none(
    tx: &Transaction,
    reach: &Reach,
    change: &Change,
    around: &Around,
) -> Result<()> {
    let written: HashMap<&str, Written> = change
        .objects
        .iter()
        .map(|object| {
            let id = object.id.as_deref().unwrap_or_default();
            (id, around.written(object))
        })
        .collect();
    let ids: Vec<String> = written.keys().map(|id| (*id).to_owned()).collect();
    let later = history::written_of(tx, change.revision, &ids).await?;
    let mut found: Vec<Change> = Vec::new();
    for writes in later.chunk_by(|(one, _), (other, _)| one == other).rev() {
        if found.len() < NamedChanges::MAX {
            found.extend(built_on(tx, reach, &written, writes).await?);
        }
    }
    if found.is_empty() {
        return Ok(());
    }
    Err(of(tx, found))
}

/// The later change that made these writes, if it built on what was written.
async fn built_on(
    tx: &Transaction,
    reach: &Reach,
    written: &HashMap<&str, Written>,
    writes: &[(i64, String)],
) -> Result<Option<Change>> {
    let Some((revision, _)) = writes.first() else {
        return Ok(None);
    };
    let entry = history::find_entry(tx, reach, *revision).await?;
    let mut change = match writes.len() > MAX_OBJECTS {
        true => entry.whole(tx).await?,
        false => {
            let ids: Vec<_> = writes.iter().map(|(_, id)| id.clone()).collect();
            entry.about(tx, &ids).await?
        }
    };
    let is_built = |object: &ObjectChange| {
        let written = object.id.as_deref().and_then(|id| written.get(id));
        written.is_some_and(|written| written.is_built_on_by(object))
    };
    if !change.objects.iter().any(is_built) {
        return Ok(None);
    }
    if change.objects.len() > MAX_OBJECTS {
        change.objects.retain(is_built);
        change.objects.truncate(MAX_OBJECTS);
    }
    Ok(Some(change))
}

/// The refusal that names the newest change of an object.
pub(super) async fn newest_of(tx: &Transaction, ids: Vec<String>) -> Result<Error> {
    let reach = history::reach(tx).await?;
    let newest = history::changes_of(tx, &reach, (None, ids), LogPage::Before(None), 1);
    let changes = newest.await?;
    Ok(of(tx, changes))
}
