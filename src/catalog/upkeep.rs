//! Background tasks.

use std::time::Duration;

use super::app::App;
use super::clock::now;
pub use crate::cache::views::LOOK_EVERY;
use crate::domain::Result;
use crate::store::history;
use crate::store::tables::{changeset, idempotency, organization};

/// How often old records of idempotent calls are deleted.
pub const SWEEP_EVERY: Duration = Duration::from_secs(10 * 60);
/// How often the last use of keys is saved.
pub const NOTE_KEY_USE_EVERY: Duration = Duration::from_secs(5);
/// How often old changes are dropped.
pub const PRUNE_EVERY: Duration = Duration::from_secs(60 * 60);

impl App {
    /// Deletes the records of idempotent calls that are older than 24 hours.
    ///
    /// # Errors
    /// `Unavailable` or `Internal`.
    pub async fn sweep_idempotency_records(&self) -> Result<u64> {
        let swept = idempotency::sweep(&self.database).await?;
        if swept > 0 {
            idempotency::recount(&self.database).await?;
        }
        Ok(swept)
    }

    /// Deletes changesets that have expired; returns how many.
    ///
    /// # Errors
    /// `Unavailable` or `Internal`.
    pub async fn sweep_changesets(&self) -> Result<u64> {
        changeset::sweep(&self.database, now()).await
    }

    /// Drops the changes of all catalogs that are older than a number of days. Answers how many rows of
    /// the log went.
    ///
    /// # Errors
    /// `Unavailable` or `Internal`.
    pub async fn prune_histories(&self, days: u32) -> Result<u64> {
        let before = now().plus_days(-i64::from(days));
        let mut dropped = 0;
        for scope in organization::all_scopes(&self.database).await? {
            dropped += history::prune(&self.database, &scope, before).await?;
        }
        Ok(dropped)
    }

    /// Looks at the database for changes by other servers, for all views in use.
    ///
    /// # Errors
    /// `Unavailable` or `Internal`.
    pub async fn look_for_changes(&self) -> Result<()> {
        self.views.look_at_all().await
    }
}
