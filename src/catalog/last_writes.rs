//! Which change last wrote each field of an object.

use std::collections::{HashMap, HashSet};

use crate::domain::Result;
use crate::domain::change::{Actor, Cause, Change, ObjectType};
use crate::domain::timestamp::Timestamp;
use crate::store::history::{self, LogPage, Reach};
use crate::store::transaction::Snapshot;

/// Number of changes that are read at once.
const CHANGES_AT_ONCE: u64 = 100;

/// The change that last wrote a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct LastWrite {
    /// The revision of the change.
    pub revision: i64,
    /// When it was made.
    pub at: Timestamp,
    /// Who made it.
    pub actor: Actor,
    /// Why.
    pub note: Option<String>,
    /// Whether it asked for the field.
    pub cause: Cause,
}

/// An object, and the changes to look through: those after one revision up to another.
#[derive(Debug, Clone, Copy)]
pub(super) struct Where<'a> {
    pub object_type: ObjectType,
    pub id: &'a str,
    pub after: i64,
    pub last: i64,
}

/// The changes that last wrote fields, by path. A field that none of the changes wrote is not there.
pub(super) async fn last_writes(
    snapshot: &Snapshot,
    reach: &Reach,
    place: Where<'_>,
    paths: impl Iterator<Item = String>,
) -> Result<HashMap<String, LastWrite>> {
    let objects = (Some(place.object_type), vec![place.id.to_owned()]);
    let mut unknown: HashSet<String> = paths.collect();
    let mut found = HashMap::new();
    let mut before = place.last.saturating_add(1);
    while !unknown.is_empty() && before > place.after {
        let page = LogPage::Before(Some(before));
        let changes =
            history::changes_of(snapshot, reach, objects.clone(), page, CHANGES_AT_ONCE).await?;
        let Some(oldest) = changes.last() else {
            break;
        };
        before = oldest.revision;
        for change in &changes {
            if change.revision > place.after {
                note(change, place.id, &mut unknown, &mut found);
            }
        }
    }
    Ok(found)
}

/// Notes the fields that a change wrote and that no later one did.
fn note(
    change: &Change,
    id: &str,
    unknown: &mut HashSet<String>,
    found: &mut HashMap<String, LastWrite>,
) {
    let objects = change.objects.iter();
    let own = objects.filter(|object| object.id.as_deref() == Some(id));
    for field in own.flat_map(|object| &object.fields) {
        if let Some(path) = unknown.take(&field.path) {
            let write = LastWrite {
                revision: change.revision,
                at: change.at,
                actor: change.actor.clone(),
                note: change.note.clone(),
                cause: field.cause,
            };
            found.insert(path, write);
        }
    }
}
