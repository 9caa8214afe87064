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
    /// What is wrong with the files of a SQLite database until the server is started again.
    pub async fn file_fault(&self) -> Option<FileFault> {
        self.file().fault().await
    }

    /// Looks after a SQLite file while it is in use, and keeps its write-ahead log small.
    ///
    /// # Errors
    /// `Unavailable` or `Internal`.
    pub async fn tend_file(&self) -> Result<()> {
        self.file().tend(WAL_LIMIT).await
    }

    /// Has all that is durable be in the SQLite file itself, and not only in the log beside it.
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

    /// Has SQLite look for damage in its file, which reads all of it, and has nothing be written any
    /// more where there is some. Answers the first that was found.
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
    let told = rows.first().map(|row| row.try_get_by_index::<String>(0));
    Ok(told.transpose()?.filter(|told| told != "ok"))
}
