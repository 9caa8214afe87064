//! A database that has to be there already, opened without changing anything in it: for what an
//! operator does beside a running server, or to a file that is put away.

use std::time::Duration;

use sea_orm::{ConnectOptions, ConnectionTrait, DatabaseConnection, DbErr, Statement};

use super::db::{Database, DatabaseUrl};
use super::schema_steps as steps;
use super::sqlite::address::{Access, SqliteFile};
use super::sqlite::file::cannot_open;
use crate::domain::{Error, Result};

/// How long to wait for another process that writes the same SQLite file.
const BUSY_TIMEOUT: Duration = Duration::from_secs(30);

/// Opens a database that is there. Nothing is migrated, and no file is made.
///
/// # Errors
/// `Unavailable`, when the database does not answer.
pub(in crate::store) async fn open(url: &DatabaseUrl) -> Result<DatabaseConnection> {
    match url {
        DatabaseUrl::Sqlite(file) => open_file(file).await,
        DatabaseUrl::Postgres(_) => Ok(Database::connect(url).await?.reader().clone()),
    }
}

/// Opens a SQLite file that is there. It may be written, unless its address says otherwise: whoever is
/// last to close the file folds its log into it, and only a connection that may write does.
///
/// # Errors
/// `Unavailable`, with what is in the way.
pub(in crate::store) async fn open_file(file: &SqliteFile) -> Result<DatabaseConnection> {
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

/// Why the schema is not the one of this version, if it is not.
///
/// # Errors
/// `Unavailable` or `Internal`.
pub(in crate::store) async fn outdated(
    connection: &DatabaseConnection,
) -> Result<Option<&'static str>> {
    let Some(applied) = steps::applied(connection).await? else {
        return Ok(Some("it holds no catalog"));
    };
    let known = steps::known();
    if !applied.is_superset(&known) {
        return Ok(Some(
            "its schema is that of an earlier version; run `pricebook migrate` on it first",
        ));
    }
    Ok((applied.len() > known.len())
        .then_some("its schema is that of a later version; use the program of that version"))
}

/// Whether a table is there.
pub(in crate::store) async fn has_table(
    connection: &DatabaseConnection,
    name: &str,
) -> Result<bool> {
    let manager = sea_orm_migration::SchemaManager::new(connection);
    Ok(manager.has_table(name).await?)
}

/// The rows of a query without parameters.
pub(in crate::store) async fn all(
    connection: &impl ConnectionTrait,
    query: &str,
) -> Result<Vec<sea_orm::QueryResult>, DbErr> {
    let statement = Statement::from_string(connection.get_database_backend(), query);
    connection.query_all_raw(statement).await
}

/// What an operator is told about a database that cannot be used.
pub(in crate::store) fn cannot(what: &str, url: &DatabaseUrl, error: &Error) -> String {
    format!("cannot {what} {url}: {error}")
}
