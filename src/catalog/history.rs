//! The log of changes: reading it, and comparing revisions.

use super::app::App;
use super::last_writes::{Where, last_writes};
use crate::domain::change::{Change, ObjectChange};
use crate::domain::scope::Scope;
use crate::domain::{Error, Result};
use crate::store::connection::retry::retry;
use crate::store::history::{self, Log, Reach};
pub use crate::store::history::{ChangeFilter, Entry, LogPage};
use crate::store::tables::organization;
use crate::store::transaction::Snapshot;

/// Maximum number of objects in a page of changes, unless its only change has more.
const MAX_OBJECTS: usize = 1000;

/// A page of the log, of which the objects may still have to be read.
#[derive(Debug)]
pub struct EntryPage {
    /// The changes.
    pub entries: Vec<Entry>,
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

impl Comparison {
    /// Whether it is like reading a whole catalog.
    pub fn is_large(&self) -> bool {
        self.objects.len() > MAX_OBJECTS
    }
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

    /// Changes that fit, at most `limit`, and fewer if they have many objects.
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
    ) -> Result<EntryPage> {
        let snapshot = self.snapshot(scope).await?;
        let reach = history::reach(&snapshot).await?;
        if let LogPage::After(revision) = page {
            require_kept(&reach, revision)?;
        }
        let mut entries =
            history::list_entries(&snapshot, &reach, filter, page, limit.saturating_add(1)).await?;
        let fitting = number_that_fits(&entries, usize::try_from(limit).unwrap_or(usize::MAX));
        let more = entries.len() > fitting;
        entries.truncate(fitting);
        Ok(EntryPage {
            entries,
            more,
            head: reach.head,
        })
    }

    /// The change that led to a revision.
    ///
    /// # Errors
    /// `ChangeNotFound`; `HistoryPruned`; `Unavailable` or `Internal`.
    pub async fn get_change(&self, scope: &Scope, revision: Option<i64>) -> Result<Entry> {
        let revision = revision.ok_or(Error::ChangeNotFound)?;
        let snapshot = self.snapshot(scope).await?;
        let reach = history::reach(&snapshot).await?;
        history::find_entry(&snapshot, &reach, revision).await
    }

    /// Reads the objects of a change.
    ///
    /// # Errors
    /// `Unavailable` or `Internal`.
    pub async fn whole_change(&self, scope: &Scope, entry: Entry) -> Result<Change> {
        if entry.is_whole() {
            return Ok(entry.into_change());
        }
        let snapshot = self.snapshot(scope).await?;
        entry.whole(&snapshot).await
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

/// Whether changes have so many objects that to read them is like reading a whole catalog.
pub fn is_large(entries: &[Entry]) -> bool {
    entries.iter().map(Entry::objects).sum::<usize>() > MAX_OBJECTS
}

/// How many of the first changes make a page: at least one, if there is any.
fn number_that_fits(entries: &[Entry], limit: usize) -> usize {
    let mut objects = 0;
    let fits = |entry: &&Entry| {
        objects += entry.objects();
        objects <= MAX_OBJECTS
    };
    let fitting = entries.iter().take(limit).take_while(fits).count();
    fitting.max(1).min(entries.len()).min(limit)
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
