//! Background tasks.

use std::time::Duration;

use super::app::App;
pub use crate::cache::views::LOOK_EVERY;
use crate::domain::Result;
use crate::store::tables::idempotency;

/// How often old records of idempotent calls are deleted.
pub const SWEEP_EVERY: Duration = Duration::from_secs(10 * 60);
/// How often the last use of keys is saved.
pub const NOTE_KEY_USE_EVERY: Duration = Duration::from_secs(5);

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

    /// Looks at the database for changes by other servers, for all views in use.
    ///
    /// # Errors
    /// `Unavailable` or `Internal`.
    pub async fn look_for_changes(&self) -> Result<()> {
        self.views.look_at_all().await
    }
}
