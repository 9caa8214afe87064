//! Taking back a change, as a new change.

mod around;
mod conflicts;
mod current;
mod defaults;
mod objects;

use self::around::Around;
use self::current::CurrentFeatures;
use super::write::{Changed, Command};
use crate::domain::change::{Change, ObjectChange, ObjectType};
use crate::domain::permission::{Access, Right, Rights};
use crate::domain::timestamp::Timestamp;
use crate::domain::{Error, Result};
use crate::store::history;
use crate::store::tables::changes::Changes;
use crate::store::transaction::Transaction;

/// Takes back a change.
#[derive(Debug, Clone)]
pub struct RevertChange {
    /// The revision of the change; `None` for a text that can be none.
    pub revision: Option<i64>,
    /// Whether to take it back even if others built on it.
    pub force: bool,
    /// What the caller may do.
    pub rights: Rights,
}

/// A change that took back another one.
#[derive(Debug)]
pub struct Reverted {
    /// The revision of the new change.
    pub revision: i64,
    /// When it was made.
    pub at: Timestamp,
    /// The revision of the change that it takes back.
    pub reverts: i64,
    /// What it did.
    pub objects: Vec<ObjectChange>,
}

impl Command for RevertChange {
    type Outcome = Reverted;

    async fn execute(self, tx: &Transaction, now: Timestamp) -> Result<Changed<Reverted>> {
        let revision = self.revision.ok_or(Error::ChangeNotFound)?;
        let reach = history::reach(tx).await?;
        let change = history::find_entry(tx, &reach, revision).await?;
        let change = change.whole(tx).await?;
        self.require_rights(&change)?;
        let around = Around::read(tx, &change).await?;
        if !self.force {
            conflicts::require_none(tx, &reach, &change, &around).await?;
        }
        let mut changes = take_back(tx, &change, &around, now).await?;
        changes = changes.and(defaults::keep_one(tx, &change, now).await?);
        changes.reverts = Some(revision);
        if changes.objects.is_empty() {
            return Err(conflicts::of(tx, Vec::new()));
        }
        let objects = changes.objects.iter();
        let reverted = Reverted {
            revision: tx.revision(),
            at: now,
            reverts: revision,
            objects: objects.map(|object| object.change.clone()).collect(),
        };
        Ok(Changed::new(reverted, changes))
    }
}

impl RevertChange {
    /// Requires write access to everything that the change touched.
    fn require_rights(&self, change: &Change) -> Result<()> {
        for object in &change.objects {
            if object.object_type == ObjectType::ApiKey {
                let message = "Changes of API keys cannot be taken back: create or revoke a key.";
                return Err(Error::invalid("revision", message));
            }
            self.rights.require(Right {
                resource: object.object_type.resource(),
                access: Access::Write,
            })?;
        }
        Ok(())
    }
}

/// Takes back what a change did to each object: those that others name come first and go last. Plans
/// that it made go at once, so that they are in nobody's way.
async fn take_back(
    tx: &Transaction,
    change: &Change,
    around: &Around,
    now: Timestamp,
) -> Result<Changes> {
    let mut changes = Changes::NONE;
    let (plans, others): (Vec<_>, Vec<_>) = change
        .objects
        .iter()
        .partition(|object| object.object_type == ObjectType::Plan);
    for plan in plans {
        changes = changes.and(objects::remove(tx, plan, now).await?);
    }
    // The features that plans have are read once, after those that come back are there again.
    let mut features = CurrentFeatures::default();
    for object_type in [ObjectType::PlanGroup, ObjectType::Feature, ObjectType::Plan] {
        let objects = change.objects.iter();
        for object in objects.filter(|object| object.object_type == object_type) {
            let restored = objects::restore(tx, around, &mut features, object, now);
            changes = changes.and(restored.await?);
        }
    }
    for object in others {
        changes = changes.and(objects::remove(tx, object, now).await?);
    }
    Ok(changes)
}
