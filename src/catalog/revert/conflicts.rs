//! What stands in the way of taking a change back.

use crate::domain::change::{Change, HasLeaves, NamedChanges, ObjectChange, ObjectType};
use crate::domain::revert::Written;
use crate::domain::{Error, Result};
use crate::store::history::{self, LogPage, Reach, past};
use crate::store::query::InScope;
use crate::store::transaction::Transaction;

/// Number of later changes that are read at once.
const CHANGES_AT_ONCE: u64 = 100;

/// The refusal that names these changes.
pub(super) fn of(tx: &Transaction, changes: Vec<Change>) -> Error {
    let mode = tx.scope().mode;
    Error::RevertConflict(NamedChanges { changes, mode })
}

/// Refuses if others built on a change.
pub(super) async fn require_none(tx: &Transaction, reach: &Reach, change: &Change) -> Result<()> {
    let mut found: Vec<Change> = Vec::new();
    for object in &change.objects {
        let written = written(tx, change.revision, object).await?;
        let id = object.id.clone().unwrap_or_default();
        add_later(tx, reach, (change.revision, &id), &written, &mut found).await?;
    }
    if found.is_empty() {
        return Ok(());
    }
    found.sort_by_key(|change| std::cmp::Reverse(change.revision));
    found.truncate(NamedChanges::MAX);
    Err(of(tx, found))
}

/// What a change wrote in an object.
async fn written(tx: &Transaction, revision: i64, object: &ObjectChange) -> Result<Written> {
    let id = object.id.as_deref().unwrap_or_default();
    Ok(match object.object_type {
        ObjectType::Plan => {
            let before = past::plan_by_id(tx, id, revision - 1).await?;
            of_states(object, [before, past::plan_by_id(tx, id, revision).await?])
        }
        ObjectType::Feature => {
            let before = past::feature_by_id(tx, id, revision - 1).await?;
            of_states(
                object,
                [before, past::feature_by_id(tx, id, revision).await?],
            )
        }
        ObjectType::PlanGroup => {
            let before = past::plan_group_by_id(tx, id, revision - 1).await?;
            let after = past::plan_group_by_id(tx, id, revision).await?;
            of_states(
                object,
                [before, after].map(|state| state.map(|(group, _)| group)),
            )
        }
        ObjectType::ApiKey => of_states::<crate::domain::plan::Plan>(object, [None, None]),
    })
}

fn of_states<T: HasLeaves>(object: &ObjectChange, states: [Option<T>; 2]) -> Written {
    Written::of(object, [states[0].as_ref(), states[1].as_ref()])
}

/// Adds the later changes of an object that built on what was written in it.
async fn add_later(
    tx: &Transaction,
    reach: &Reach,
    (revision, id): (i64, &str),
    written: &Written,
    found: &mut Vec<Change>,
) -> Result<()> {
    let objects = (None, vec![id.to_owned()]);
    let mut after = revision;
    loop {
        let page = LogPage::After(after);
        let later = history::changes_of(tx, reach, objects.clone(), page, CHANGES_AT_ONCE).await?;
        let Some(last) = later.last() else {
            return Ok(());
        };
        after = last.revision;
        for change in later {
            let mut objects = change.objects.iter();
            let is_known = found.iter().any(|known| known.revision == change.revision);
            if !is_known
                && objects.any(|object| {
                    object.id.as_deref() == Some(id) && written.is_built_on_by(object)
                })
            {
                found.push(change);
            }
        }
    }
}

/// The refusal that names the newest change of an object.
pub(super) async fn newest_of(tx: &Transaction, ids: Vec<String>) -> Result<Error> {
    let reach = history::reach(tx).await?;
    let newest = history::changes_of(tx, &reach, (None, ids), LogPage::Before(None), 1);
    let changes = newest.await?;
    Ok(of(tx, changes))
}
