//! The file of a SQLite database while it is in use; on PostgreSQL there is nothing to look after.

use std::fs;

use sea_orm::{DatabaseConnection, DbErr};

use super::db::Database;
use super::error::is_damage;
use super::sqlite::address::SqliteFile;
use super::sqlite::existing;
use super::sqlite::file::WAL_LIMIT;
use super::sqlite::file_identity::FileFault;
use super::statement::all;
use crate::domain::Result;

impl Database {
    /// The fault of the files of a SQLite database, if there is one; it lasts until the server is restarted.
    pub async fn file_fault(&self) -> Option<FileFault> {
        self.file().fault().await
    }

    /// Tends a SQLite file while it is in use, and keeps its write-ahead log small.
    ///
    /// # Errors
    /// `Unavailable` or `Internal`.
    pub async fn tend_file(&self) -> Result<()> {
        self.file().tend(WAL_LIMIT).await
    }

    /// Moves all durable writes from the log beside the SQLite file into the file itself.
    ///
    /// # Errors
    /// `Unavailable` or `Internal`.
    pub async fn checkpoint(&self) -> Result<()> {
        self.file().checkpoint().await
    }

    /// The size of the SQLite file in bytes; none where there is no file.
    pub fn file_size(&self) -> Option<u64> {
        let found = fs::metadata(self.file().path()?);
        Some(found.map_or(0, |found| found.len()))
    }

    /// Has SQLite read its whole file to look for damage. After the first that it finds, which is
    /// returned, nothing more is written.
    ///
    /// # Errors
    /// `Unavailable` or `Internal`.
    pub async fn find_damage(&self) -> Result<Option<String>> {
        let Some(path) = self.file().path() else {
            return Ok(None);
        };
        self.file().require()?;
        // A connection of its own, so that nothing waits for it.
        let connection = existing::open(&SqliteFile::at(path)).await?;
        let found = quick_check(&connection).await;
        if !self.file().must_stay_open().await {
            connection.close().await?;
        }
        let found = found?;
        if let Some(damage) = &found {
            self.file().note_damage(damage);
        }
        Ok(found)
    }
}

async fn quick_check(connection: &DatabaseConnection) -> Result<Option<String>, DbErr> {
    let rows = match all(connection, "PRAGMA quick_check(1)").await {
        Ok(rows) => rows,
        Err(error) if is_damage(&error) => return Ok(Some(error.to_string())),
        Err(error) => return Err(error),
    };
    let result = rows.first().map(|row| row.try_get_by_index::<String>(0));
    Ok(result.transpose()?.filter(|result| result != "ok"))
}
