//! Changesets, as they are kept and shown.

use super::include::Included;
use super::objects::ManualValue;
use super::proposal::Prune;
use crate::domain::change::{Action, Actor, Note, ObjectChange};
use crate::domain::id::ChangesetId;
use crate::domain::lint::Finding;
use crate::domain::money::{Currency, ExchangeRate};
use crate::domain::scope::Mode;
use crate::domain::text::Code;
use crate::domain::timestamp::Timestamp;
use crate::domain::word::words;

words! {
    /// What became of a changeset.
    pub enum ChangesetStatus {
        /// It can be applied.
        Open = "open",
        /// What it was made from has moved, so it cannot be applied any more.
        Stale = "stale",
        /// It was applied.
        Applied = "applied",
        /// It was discarded.
        Discarded = "discarded",
    }
}

/// What a changeset was made from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChangesetSource {
    /// A document.
    Document,
    /// The catalog of the other mode, at a revision.
    Scope {
        /// The mode.
        mode: Mode,
        /// The revision.
        revision: i64,
    },
    /// The same catalog, at a revision.
    Revision(i64),
    /// Exchange rates.
    Rates {
        /// The rates, each currency once.
        rates: Vec<(Currency, ExchangeRate)>,
        /// The plans, if not all.
        only: Option<Vec<Code>>,
    },
}

impl ChangesetSource {
    /// Whether what its document leaves out is at its default: it shows a whole catalog.
    pub const fn is_whole(&self) -> bool {
        matches!(self, Self::Scope { .. } | Self::Revision(_))
    }
}

/// How many objects a changeset makes, changes and deletes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Summary {
    /// Number of new objects.
    pub created: i64,
    /// Number of changed objects.
    pub updated: i64,
    /// Number of deleted objects.
    pub deleted: i64,
}

impl Summary {
    /// Counts changes of objects.
    pub fn of(objects: &[ObjectChange]) -> Self {
        let mut summary = Self::default();
        for object in objects {
            match object.action {
                Action::Created => summary.created += 1,
                Action::Updated => summary.updated += 1,
                Action::Deleted => summary.deleted += 1,
            }
        }
        summary
    }
}

/// A changeset, without its objects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changeset {
    /// The id.
    pub id: ChangesetId,
    /// What became of it.
    pub status: ChangesetStatus,
    /// A digest of what it does and what was found: SHA-256 in hex.
    pub digest: String,
    /// The revision of the catalog that it was made from.
    pub base_revision: i64,
    /// The revision that it led to, if it was applied.
    pub applied_revision: Option<i64>,
    /// What it was made from.
    pub source: ChangesetSource,
    /// What happens to objects that the source does not have.
    pub prune: Prune,
    /// What of the source it includes; empty for everything.
    pub include: Vec<Included>,
    /// Why it was made.
    pub note: Option<Note>,
    /// Who made it.
    pub created_by: Actor,
    /// When it was made.
    pub created_at: Timestamp,
    /// Until when it is kept.
    pub expires_at: Timestamp,
    /// How many objects it makes, changes and deletes.
    pub summary: Summary,
    /// What looks wrong in what it does.
    pub findings: Vec<Finding>,
    /// The values set by hand that it leaves as they are while their derived values move.
    pub manual_values: Vec<ManualValue>,
}

impl Changeset {
    /// How long a changeset is kept, in days.
    pub const DAYS_KEPT: i64 = 7;
}
