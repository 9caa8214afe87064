//! A copy of a SQLite catalog, made while servers use it.

use std::fs::{File, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, DbErr, Statement};
use tempfile::{Builder, NamedTempFile};

use crate::store::connection::db::DatabaseUrl;
use crate::store::connection::open_existing::{cannot, has_table};
use crate::store::connection::sqlite::address::SqliteFile;
use crate::store::connection::sqlite::existing;
use crate::store::connection::statement::all;

/// Only the owner may read a backup: it has the hashes of all keys.
const MODE: u32 = 0o600;

/// Writes a copy of a catalog to a file that is not there yet. It is the state of one moment: every
/// write that was acknowledged before is in it. The file gets its name when it is whole, checked
/// and on the disk; a copy that was interrupted leaves no more than a file that ends in `.partial`.
///
/// # Errors
/// A sentence for the operator.
pub async fn write(url: &DatabaseUrl, file: &Path) -> Result<(), String> {
    let DatabaseUrl::Sqlite(source) = url else {
        return Err(format!(
            "{url} is backed up with pg_dump; see OPERATIONS.md"
        ));
    };
    let because = |why: String| format!("cannot write the backup {}: {why}", file.display());
    let partial = Partial::beside(file).map_err(because)?;
    let connection = existing::open(source)
        .await
        .map_err(|error| cannot("open", url, &error))?;
    let filled = fill(&connection, partial.path()).await;
    // The last to close a file that no server uses folds its log into it.
    let closed = connection.close().await;
    filled.map_err(because)?;
    closed.map_err(|error| because(error.to_string()))?;
    check(partial.path()).await.map_err(because)?;
    partial.put_in_place().map_err(because)
}

/// Has SQLite write all there is to an empty file: a reader, which keeps no writer waiting.
async fn fill(connection: &DatabaseConnection, partial: &Path) -> Result<(), String> {
    if !has_table(connection, "organizations").await.map_err(text)? {
        return Err("the database holds no catalog".to_owned());
    }
    let path = partial.to_str().ok_or("its path is not UTF-8")?;
    let vacuum = Statement::from_sql_and_values(
        DbBackend::Sqlite,
        "VACUUM INTO ?",
        [path.to_owned().into()],
    );
    connection.execute_raw(vacuum).await.map_err(text)?;
    Ok(())
}

/// Whether SQLite finds the copy whole, and every row that another one names in it.
async fn check(partial: &Path) -> Result<(), String> {
    let copy = existing::open(&SqliteFile::at(partial))
        .await
        .map_err(text)?;
    let found = faults(&copy).await;
    copy.close().await.map_err(text)?;
    match found.map_err(text)? {
        None => Ok(()),
        Some(fault) => Err(format!(
            "the copy is damaged, and so may the catalog be: {fault}"
        )),
    }
}

async fn faults(copy: &DatabaseConnection) -> Result<Option<String>, DbErr> {
    for row in all(copy, "PRAGMA integrity_check").await? {
        let result: String = row.try_get_by_index(0)?;
        if result != "ok" {
            return Ok(Some(result));
        }
    }
    let dangling = all(copy, "PRAGMA foreign_key_check").await?;
    let table = dangling
        .first()
        .map(|row| row.try_get_by_index::<String>(0));
    let table = table.transpose()?;
    Ok(table.map(|table| format!("a row of {table} names one that is missing")))
}

/// A file that is not finished; it goes away with this value.
struct Partial {
    file: NamedTempFile,
    becomes: PathBuf,
}

impl Partial {
    /// Makes an empty file in the folder of the one that it becomes. Only its owner may read it: it
    /// will have the hashes of all keys.
    fn beside(file: &Path) -> Result<Self, String> {
        // Absolute, so that SQLite never takes it for a URI.
        let becomes = std::path::absolute(file).map_err(text)?;
        if becomes.symlink_metadata().is_ok() {
            return Err("it is there already".to_owned());
        }
        let mut start = becomes.file_name().ok_or("it is no file")?.to_owned();
        start.push(".");
        let folder = becomes.parent().ok_or("it is no file")?;
        let file = Builder::new()
            .prefix(&start)
            .suffix(".partial")
            .permissions(Permissions::from_mode(MODE))
            .tempfile_in(folder)
            .map_err(text)?;
        Ok(Self { file, becomes })
    }

    fn path(&self) -> &Path {
        self.file.path()
    }

    /// Gives the file its name, unless another one has it, and waits until both are on the disk.
    fn put_in_place(self) -> Result<(), String> {
        let Self { file, becomes } = self;
        file.as_file().sync_all().map_err(text)?;
        file.persist_noclobber(&becomes)
            .map_err(|failed| text(failed.error))?;
        let folder = becomes.parent().ok_or("it is no file")?;
        File::open(folder)
            .and_then(|folder| folder.sync_all())
            .map_err(text)
    }
}

fn text(error: impl std::fmt::Display) -> String {
    error.to_string()
}
