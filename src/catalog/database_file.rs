//! Upkeep of the file of a SQLite catalog; PostgreSQL needs none.

use std::time::Duration;

use super::app::App;
use crate::domain::Result;

/// How often the file is tended.
pub const TEND_FILE_EVERY: Duration = Duration::from_secs(5);

impl App {
    /// Tends the file.
    ///
    /// # Errors
    /// `Unavailable` or `Internal`.
    pub async fn tend_file(&self) -> Result<()> {
        self.database.tend_file().await
    }

    /// The size of the file in bytes; `None` if there is no file.
    pub fn file_size(&self) -> Option<u64> {
        self.database.file_size()
    }

    /// Looks for damage in the whole file. If there is any, no more writes are made.
    ///
    /// # Errors
    /// `Unavailable` or `Internal`.
    pub async fn find_damage(&self) -> Result<Option<String>> {
        self.database.find_damage().await
    }
}
