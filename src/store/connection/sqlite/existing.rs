//! Opening a SQLite file beside a running server, or one that is put away.

use std::time::Duration;

use sea_orm::{ConnectOptions, DatabaseConnection};

use super::address::{Access, SqliteFile};
use super::file::cannot_open;
use crate::domain::Result;

/// How long to wait for another process that writes the same file.
const BUSY_TIMEOUT: Duration = Duration::from_secs(30);

/// Opens a SQLite file that is there. It may be written, unless its address says otherwise: whoever is
/// last to close the file folds its log into it, and only a connection that may write does.
///
/// # Errors
/// `Unavailable`, with the obstacle where one is found.
pub(in crate::store) async fn open(file: &SqliteFile) -> Result<DatabaseConnection> {
    let file = file.clone().existing();
    let path = file.path().to_owned();
    let read_only = file.access() == Access::Read;
    let mut options = ConnectOptions::new("sqlite:pricebook.db");
    options
        .sqlx_logging(false)
        .max_connections(1)
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false)
        .map_sqlx_sqlite_opts(move |sqlite| {
            sqlite
                .filename(&path)
                .create_if_missing(false)
                .read_only(read_only)
                .busy_timeout(BUSY_TIMEOUT)
        });
    let opened = sea_orm::Database::connect(options).await;
    opened.map_err(|error| cannot_open(&file, &error))
}
