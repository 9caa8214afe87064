//! Applying a changeset.

use super::compute::{Facts, Intent, Outcome, compute, kept_document};
use super::keep::NoteStale;
use super::{moved, save};
use crate::catalog::app::App;
use crate::catalog::lint::past_rates;
use crate::catalog::write::{Changed, Command, WriteContext};
use crate::domain::catalog::Catalog;
use crate::domain::change::{Action, FieldChange, ObjectChange, Origin, Value};
use crate::domain::changeset::{Changeset, ChangesetStatus};
use crate::domain::id::ChangesetId;
use crate::domain::lint::{Finding, LintRule, Severity};
use crate::domain::permission::Rights;
use crate::domain::scope::Scope;
use crate::domain::timestamp::Timestamp;
use crate::domain::{Error, Result};
use crate::store::history;
use crate::store::query::InScope;
use crate::store::tables::changeset::{self as changesets, KeptChangeset, ObjectPage};
use crate::store::tables::plan as plans;
use crate::store::transaction::Transaction;
use crate::store::whole;

/// Applies a changeset, if it still does what was looked at.
#[derive(Debug, Clone)]
pub struct ApplyChangeset {
    /// The changeset; `None` for a text that can be no id.
    pub id: Option<ChangesetId>,
    /// The digest of what was looked at.
    pub digest: String,
    /// The rules whose errors were looked at.
    pub acknowledge: Vec<LintRule>,
    /// Whether it is known that objects or prices of the live catalog are deleted.
    pub is_confirmed: bool,
    /// What the caller may do.
    pub rights: Rights,
}

/// A changeset that was applied.
#[derive(Debug)]
pub struct Applied {
    /// The changeset.
    pub id: ChangesetId,
    /// The revision that it led to; the current one if it changed nothing.
    pub revision: i64,
    /// Number of objects that it changed.
    pub changes: i64,
}

impl Command for ApplyChangeset {
    type Outcome = Applied;

    async fn execute(self, tx: &Transaction, now: Timestamp) -> Result<Changed<Applied>> {
        let kept = changesets::find(tx, self.id.as_ref(), now).await?;
        if kept.changeset.status == ChangesetStatus::Discarded {
            return Err(Error::ChangesetNotFound);
        }
        self.require_looked_at(tx, &kept.changeset).await?;
        if kept.changeset.status == ChangesetStatus::Applied {
            return Err(Error::AlreadyApplied);
        }
        let (id, note) = (kept.changeset.id.clone(), kept.changeset.note.clone());
        let (before, outcome) = self.compute_again(tx, kept, now).await?;
        let mut changes = save::save(tx, &before, &outcome, now).await?;
        changes.note = note;
        let objects = i64::try_from(outcome.changes.len()).unwrap_or(i64::MAX);
        let revision = match objects {
            // It takes back its revision.
            0 => tx.revision() - 1,
            _ => tx.revision(),
        };
        tx.set_changeset_status(&id, ChangesetStatus::Applied, Some(revision))
            .await?;
        let applied = Applied {
            id,
            revision,
            changes: objects,
        };
        Ok(Changed::new(applied, changes))
    }
}

impl ApplyChangeset {
    /// Refuses a caller who has not looked at what the changeset does.
    async fn require_looked_at(&self, tx: &Transaction, changeset: &Changeset) -> Result<()> {
        if self.digest != changeset.digest {
            let digest = changeset.digest.clone();
            return Err(Error::DigestMismatch { digest });
        }
        if tx.scope().livemode() && !self.is_confirmed && deletes(tx, changeset).await? {
            return Err(Error::ConfirmationRequired);
        }
        let is_open = |finding: &&Finding| {
            finding.severity == Severity::Error && !self.acknowledge.contains(&finding.rule)
        };
        let open: Vec<_> = changeset.findings.iter().filter(is_open).cloned().collect();
        match open.is_empty() {
            true => Ok(()),
            false => Err(Error::FindingsNotAcknowledged(open)),
        }
    }

    /// What the changeset does to the catalog as it is now, which must be what was looked at.
    async fn compute_again(
        &self,
        tx: &Transaction,
        kept: KeptChangeset,
        now: Timestamp,
    ) -> Result<(Catalog, Outcome)> {
        let KeptChangeset {
            changeset,
            document,
        } = kept;
        let reach = history::reach(tx).await?;
        let (all, own) = moved::since(tx, &changeset.id, changeset.base_revision).await?;
        if !own.is_empty() || changeset.status == ChangesetStatus::Stale {
            let writes = if own.is_empty() { &all } else { &own };
            return Err(moved::stale(tx, &reach, &self.rights, writes).await?);
        }
        let intent = Intent {
            source: changeset.source,
            document: document.as_deref().map(kept_document).transpose()?,
            prune: changeset.prune,
            include: changeset.include,
        };
        let time = (now, changeset.created_at);
        let mut computed = compute_on(tx, whole::catalog(tx).await?, &intent, time).await;
        if let Ok((before, outcome)) = &computed
            && !save::is_as_stored(tx, before, &outcome.after).await?
        {
            // Somebody wrote to the tables beside this program.
            computed = compute_on(tx, whole::stored_catalog(tx).await?, &intent, time).await;
        }
        match computed {
            Ok((before, outcome)) if outcome.digest == changeset.digest => Ok((before, outcome)),
            Err(error) if error.is_failure() => Err(error),
            // It was possible when it was made, so something has moved.
            Ok(_) | Err(_) => Err(moved::stale(tx, &reach, &self.rights, &all).await?),
        }
    }
}

/// What a changeset does to a catalog. The times are those of the change and of the changeset: the findings
/// are those of the latter.
async fn compute_on(
    tx: &Transaction,
    catalog: Catalog,
    intent: &Intent,
    (now, created_at): (Timestamp, Timestamp),
) -> Result<(Catalog, Outcome)> {
    let facts = Facts {
        now,
        next_creation_order: plans::next_creation_order(tx).await?,
        past_rates: past_rates(tx, &catalog, created_at).await?,
    };
    compute(catalog, intent.clone(), facts).await
}

/// Whether a changeset deletes an object or a price.
async fn deletes(tx: &Transaction, changeset: &Changeset) -> Result<bool> {
    if changeset.summary.deleted > 0 {
        return Ok(true);
    }
    let objects = changesets::objects(tx, &changeset.id, ObjectPage::EVERYTHING).await?;
    Ok(objects.iter().any(deletes_price))
}

fn deletes_price(object: &ObjectChange) -> bool {
    let is_gone = |field: &FieldChange| {
        let is_part = field.path.starts_with("prices[") && !field.path.contains('.');
        is_part && field.to == Value::Null && field.from != Value::Null
    };
    object.action == Action::Updated && object.fields.iter().any(is_gone)
}

impl App {
    /// Notes that a changeset turned out to be stale: it stays so.
    ///
    /// # Errors
    /// `Unavailable` or `Internal`.
    pub async fn note_stale(&self, scope: &Scope, origin: Origin, id: ChangesetId) -> Result<()> {
        let context = WriteContext {
            origin,
            rights: Rights::Full,
            idempotent: None,
            precondition: None,
            dry_run: None,
        };
        let nothing = |(): &(), _: &Scope| Ok(String::new().into());
        self.write(scope, context, NoteStale(id), nothing).await?;
        Ok(())
    }
}
