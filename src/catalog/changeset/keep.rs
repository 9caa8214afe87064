//! Keeping and discarding changesets.

use std::sync::Arc;

use super::{ChangesetView, Draft};
use crate::catalog::write::{Changed, Command};
use crate::domain::changeset::ChangesetStatus;
use crate::domain::id::ChangesetId;
use crate::domain::timestamp::Timestamp;
use crate::domain::{Error, Result};
use crate::store::tables::changeset as changesets;
use crate::store::transaction::Transaction;

/// Keeps a changeset that was made.
#[derive(Debug, Clone)]
pub struct KeepChangeset(pub Arc<Draft>);

impl Command for KeepChangeset {
    type Outcome = ChangesetView;

    async fn execute(self, tx: &Transaction, _now: Timestamp) -> Result<Changed<ChangesetView>> {
        let draft = &self.0;
        tx.insert_changeset(&draft.changeset, draft.document.as_deref(), &draft.packed)
            .await?;
        Ok(Changed::nothing(draft.view()))
    }
}

/// Discards a changeset, so that nobody applies it.
#[derive(Debug, Clone)]
pub struct DiscardChangeset {
    /// The changeset; `None` for a text that can be no id.
    pub id: Option<ChangesetId>,
}

impl Command for DiscardChangeset {
    type Outcome = ChangesetId;

    async fn execute(self, tx: &Transaction, now: Timestamp) -> Result<Changed<ChangesetId>> {
        let kept = changesets::find(tx, self.id.as_ref(), now).await?;
        let changeset = kept.changeset;
        match changeset.status {
            ChangesetStatus::Open | ChangesetStatus::Stale => {}
            ChangesetStatus::Applied => return Err(Error::AlreadyApplied),
            ChangesetStatus::Discarded => return Err(Error::ChangesetNotFound),
        }
        tx.set_changeset_status(&changeset.id, ChangesetStatus::Discarded, None)
            .await?;
        Ok(Changed::nothing(changeset.id))
    }
}

/// Notes that a changeset cannot be applied any more.
#[derive(Debug, Clone)]
pub(super) struct NoteStale(pub ChangesetId);

impl Command for NoteStale {
    type Outcome = ();

    async fn execute(self, tx: &Transaction, now: Timestamp) -> Result<Changed<()>> {
        let kept = changesets::find(tx, Some(&self.0), now).await?;
        if kept.changeset.status == ChangesetStatus::Open {
            tx.set_changeset_status(&self.0, ChangesetStatus::Stale, None)
                .await?;
        }
        Ok(Changed::nothing(()))
    }
}
