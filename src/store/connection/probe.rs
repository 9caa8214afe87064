//! How the database is, asked beside all calls.

use super::db::Database;

/// How the database was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// It answers, and takes writes as far as it can tell.
    Writable,
    /// It answers, but takes no writes; why, in a fixed sentence.
    ReadOnly(&'static str),
    /// It does not answer; why, for the log.
    Away(String),
}

impl Database {
    /// Asks the database how it is. Of several servers of a PostgreSQL address, one that takes writes
    /// is looked for where the current one does not.
    pub async fn probe(&self) -> Found {
        if let Some(postgres) = self.postgres() {
            return postgres.probe().await;
        }
        match self.reader().ping().await {
            Ok(()) => Found::Writable,
            Err(error) => Found::Away(error.to_string()),
        }
    }
}
