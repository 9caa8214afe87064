//! A database that has to be there already, opened without changing anything in it: for what an
//! operator does beside a running server, or to a file that is put away.

use sea_orm::DatabaseConnection;

use super::db::{Database, DatabaseUrl};
use super::schema_steps as steps;
use super::sqlite::existing;
use crate::domain::{Error, Result};

/// Opens a database that is there. Nothing is migrated, and no file is made.
///
/// # Errors
/// `Unavailable`, when the database does not answer.
pub(in crate::store) async fn open(url: &DatabaseUrl) -> Result<DatabaseConnection> {
    match url {
        DatabaseUrl::Sqlite(file) => existing::open(file).await,
        DatabaseUrl::Postgres(_) => Ok(Database::connect(url).await?.reader().clone()),
    }
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

/// A sentence for the operator about a database that cannot be used.
pub(in crate::store) fn cannot(what: &str, url: &DatabaseUrl, error: &Error) -> String {
    format!("cannot {what} {url}: {error}")
}
