//! The log of changes: reading it, and comparing revisions.

use super::app::App;
use super::last_writes::{Where, last_writes};
use crate::domain::change::{Change, ObjectChange};
use crate::domain::scope::Scope;
use crate::domain::{Error, Result};
use crate::store::connection::retry::retry;
use crate::store::history::{self, Log, Reach};
pub use crate::store::history::{ChangeFilter, LogPage};
use crate::store::tables::organization;
use crate::store::transaction::Snapshot;

/// A page of the log.
#[derive(Debug)]
pub struct ChangePage {
    /// The changes.
    pub changes: Vec<Change>,
    /// Whether there are more after them.
    pub more: bool,
    /// The revision of the scope.
    pub head: i64,
}

/// What is different between two revisions.
#[derive(Debug)]
pub struct Comparison {
    /// The revision that is compared with.
    pub from: i64,
    /// The revision that is compared.
    pub to: i64,
    /// The objects that differ, by id.
    pub objects: Vec<ObjectChange>,
}

impl App {
    /// Begins the history of catalogs that are older than the log, with what is in them now.
    ///
    /// # Errors
    /// `Unavailable` or `Internal`.
    pub async fn begin_histories(&self) -> Result<()> {
        for scope in organization::without_history(&self.database).await? {
            retry(|| self.begin_history(&scope)).await?;
            tracing::info!(organization = %scope.organization_id, mode = %scope.mode, "the history begins");
        }
        Ok(())
    }

    async fn begin_history(&self, scope: &Scope) -> Result<()> {
        let tx = self.database.transaction(scope).await?;
        let log = Log::open(&tx).await?;
        log.close_unchanged().await?;
        tx.commit().await
    }

    /// Changes that fit, at most `limit`.
    ///
    /// # Errors
    /// `HistoryPruned`, if the changes after a revision are wanted that the log does not reach;
    /// `Unavailable` or `Internal`.
    pub async fn list_changes(
        &self,
        scope: &Scope,
        filter: &ChangeFilter,
        page: LogPage,
        limit: u64,
    ) -> Result<ChangePage> {
        let snapshot = self.snapshot(scope).await?;
        let reach = history::reach(&snapshot).await?;
        if let LogPage::After(revision) = page {
            require_kept(&reach, revision)?;
        }
        let mut changes =
            history::list_changes(&snapshot, &reach, filter, page, limit.saturating_add(1)).await?;
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let more = changes.len() > limit;
        changes.truncate(limit);
        Ok(ChangePage {
            changes,
            more,
            head: reach.head,
        })
    }

    /// The change that led to a revision.
    ///
    /// # Errors
    /// `ChangeNotFound`; `HistoryPruned`; `Unavailable` or `Internal`.
    pub async fn get_change(&self, scope: &Scope, revision: Option<i64>) -> Result<Change> {
        let revision = revision.ok_or(Error::ChangeNotFound)?;
        let snapshot = self.snapshot(scope).await?;
        let reach = history::reach(&snapshot).await?;
        history::find_change(&snapshot, &reach, revision).await
    }

    /// What is different between two revisions; without `to` up to the newest. From a later to an
    /// earlier one it is the way back.
    ///
    /// # Errors
    /// Validation, if a revision is in the future; `HistoryPruned`; `Unavailable` or `Internal`.
    pub async fn compare_revisions(
        &self,
        scope: &Scope,
        from: i64,
        to: Option<i64>,
    ) -> Result<Comparison> {
        let snapshot = self.snapshot(scope).await?;
        let reach = history::reach(&snapshot).await?;
        let to = to.unwrap_or(reach.head);
        for (name, revision) in [("from", from), ("to", to)] {
            require_past(&reach, name, revision)?;
            require_kept(&reach, revision)?;
        }
        let mut objects = history::compare(&snapshot, from, to).await?;
        objects.sort_by(|one, other| one.id.cmp(&other.id));
        let range = (from.min(to), from.max(to));
        for object in &mut objects {
            set_causes(&snapshot, &reach, range, object).await?;
        }
        Ok(Comparison { from, to, objects })
    }
}

/// Refuses a revision before those that can be read.
pub(super) fn require_kept(reach: &Reach, revision: i64) -> Result<()> {
    if revision < reach.start {
        let oldest = reach.start;
        return Err(Error::HistoryPruned { oldest });
    }
    Ok(())
}

/// Refuses a revision after the newest, which the field of the request with this name has.
pub(super) fn require_past(reach: &Reach, name: &str, revision: i64) -> Result<()> {
    if revision > reach.head {
        let message = format!(
            "Is in the future: the catalog is at revision {}.",
            reach.head
        );
        return Err(Error::invalid(name, message));
    }
    Ok(())
}

/// Sets the causes of an object's fields to those of the newest changes of each between two
/// revisions.
async fn set_causes(
    snapshot: &Snapshot,
    reach: &Reach,
    (after, last): (i64, i64),
    object: &mut ObjectChange,
) -> Result<()> {
    let place = Where {
        object_type: object.object_type,
        id: object.id.as_deref().unwrap_or_default(),
        after,
        last,
    };
    let paths = object.fields.iter().map(|field| field.path.clone());
    let writes = last_writes(snapshot, reach, place, paths).await?;
    for field in &mut object.fields {
        if let Some(write) = writes.get(&field.path) {
            field.cause = write.cause;
        }
    }
    Ok(())
}
