//! Opening a SQLite file.
//!
//! A new file has the whole schema before the write-ahead log is switched on. So a file that is there
//! and has none is not new: its log is missing, or it is something else, and no catalog is made in it.

use std::fs::{self, OpenOptions};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use sea_orm::sqlx::Connection;
use sea_orm::sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteSynchronous};
use sea_orm::{
    ConnectOptions, ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr,
    SqliteTransactionMode, Statement, TransactionOptions, TransactionTrait,
};

use super::address::{Access, SqliteFile};
use super::file_identity::{FileGuard, FileIdentity};
use super::obstacle::{self, beside};
use crate::domain::{Error, Result};
use crate::store::connection::error::is_busy;
use crate::store::connection::schema_steps as steps;
use crate::store::connection::statement::all;
use crate::store::connection::timeouts::{ACQUIRE_TIMEOUT, STATEMENT_CACHE};

/// How long to wait for another process that writes the same file.
const BUSY_TIMEOUT: Duration = Duration::from_secs(3);
/// How long the keeper waits for readers, and makes writers wait, after the start.
const KEEPER_TIMEOUT: Duration = Duration::from_millis(100);
/// Number of attempts to switch the write-ahead log on, which SQLite does not wait for, and the pause
/// between them.
const WAL_TRIES: u32 = 100;
const WAL_PAUSE: Duration = Duration::from_millis(50);
/// Connections that read; one more writes.
const READERS: u32 = 4;
/// Maximum size of the write-ahead log, in bytes, while nobody reads from it.
pub(in crate::store) const WAL_LIMIT: u64 = 16 * 1024 * 1024;

/// The connections to a file.
pub(in crate::store) struct Pools {
    pub writer: DatabaseConnection,
    pub reader: DatabaseConnection,
    pub guard: FileGuard,
}

/// Opens a file; makes a catalog in it where it is absent or empty, and that may be done.
///
/// # Errors
/// `Unavailable`, with a sentence for the operator.
pub(in crate::store) async fn open(file: &SqliteFile) -> Result<Pools> {
    let path = file.path();
    if file.access() == Access::Read {
        return Err(Error::unavailable(
            "mode=ro is only for a backup of it and for a copy from it",
        ));
    }
    require_log_with_file(path)?;
    if file.access() == Access::Create {
        make_private(file)?;
    }
    let keeper = connect(path, Kind::Keeper, None)
        .await
        .map_err(|error| cannot_open(file, &error))?;
    let identity = match prepare(file, &keeper).await {
        Ok(identity) => identity,
        Err(error) => {
            let _ = keeper.close().await;
            return Err(error);
        }
    };
    let writer = connect(path, Kind::Writer, Some(identity.clone())).await;
    let writer = writer.map_err(|error| cannot_open(file, &error))?;
    let reader = connect(path, Kind::Reader, Some(identity.clone())).await;
    let reader = reader.map_err(|error| cannot_open(file, &error))?;
    Ok(Pools {
        writer,
        reader,
        guard: FileGuard::new(identity, keeper),
    })
}

/// A failure to open a file, with the obstacle where one is found.
pub(in crate::store) fn cannot_open(file: &SqliteFile, error: &DbErr) -> Error {
    match obstacle::find(file.path(), file.access()) {
        Some(obstacle) => Error::unavailable(format!("{error}: {obstacle}")),
        None => Error::unavailable(error.to_string()),
    }
}

/// Refuses a file that is missing or empty while its write-ahead log is not: SQLite would throw the
/// log away, and with it what may be the whole catalog.
fn require_log_with_file(path: &Path) -> Result<()> {
    // SQLite follows links.
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let log = beside(&target, "-wal");
    let size = |path: &Path| fs::metadata(path).map_or(0, |found| found.len());
    // The log first: it is made after the file has something in it.
    if size(&log) > 0 && size(path) == 0 {
        return Err(Error::unavailable(format!(
            "it is missing or empty, but the log that belongs to it, {}, is not; put the file back, \
             or move the log away to begin with a new catalog",
            log.display()
        )));
    }
    Ok(())
}

/// Makes a file that is not there yet, for its owner only; SQLite gives the files beside it the same
/// permissions. Why it cannot be made, opening it tells better.
fn make_private(file: &SqliteFile) -> Result<()> {
    if file.has_percent_escape() && !file.path().exists() {
        return Err(Error::unavailable(
            "it does not exist, and a % in its path stands for itself; write the path as it is, and \
             make the file with touch if it is really called so",
        ));
    }
    let made = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(file.path());
    drop(made);
    Ok(())
}

/// Ensures that a file has a schema and then a write-ahead log; returns its identity.
async fn prepare(file: &SqliteFile, keeper: &DatabaseConnection) -> Result<Arc<FileIdentity>> {
    let unusable = |error: DbErr| cannot_open(file, &error);
    if is_empty(keeper).await.map_err(unusable)? {
        if file.access() != Access::Create {
            return Err(Error::unavailable(
                "it is empty; serve, demo and keys create make a catalog in it",
            ));
        }
        make_schema(keeper).await.map_err(unusable)?;
    } else if steps::applied(keeper).await.map_err(unusable)?.is_none() {
        return Err(Error::unavailable(format!(
            "it is there and not empty, but holds no catalog: either it is another file, or the log \
             that belongs to it, {}, was lost; nothing was changed",
            beside(file.path(), "-wal").display()
        )));
    }
    switch_log_on(keeper).await.map_err(unusable)?;
    // A read has SQLite make the files beside it, where it has not yet.
    steps::applied(keeper).await.map_err(unusable)?;
    let patience = format!("PRAGMA busy_timeout = {}", KEEPER_TIMEOUT.as_millis());
    let set = keeper.execute_unprepared(&patience).await;
    set.map_err(unusable)?;
    let identity = FileIdentity::of(file.path());
    identity
        .map(Arc::new)
        .map_err(|why| Error::unavailable(format!("it is not where it was opened: {why}")))
}

/// Whether a file is empty. SQLite first rolls back the transaction of a process that was killed.
async fn is_empty(connection: &DatabaseConnection) -> Result<bool, DbErr> {
    all(connection, "SELECT count(*) FROM sqlite_master").await?;
    let rows = all(connection, "PRAGMA page_count").await?;
    let pages = rows.first().map(|row| row.try_get_by_index::<i64>(0));
    Ok(pages.transpose()?.unwrap_or(0) == 0)
}

/// Makes the schema in one transaction. Of several processes one does, while the others wait.
async fn make_schema(connection: &DatabaseConnection) -> Result<(), DbErr> {
    let transaction = begin_immediate(connection).await?;
    steps::take(&transaction).await?;
    transaction.commit().await
}

/// Begins a transaction that writes. Immediate: one that reads first and then writes would fail on
/// SQLite as soon as another one wrote in between.
pub(in crate::store) async fn begin_immediate(
    connection: &DatabaseConnection,
) -> Result<DatabaseTransaction, DbErr> {
    let options = TransactionOptions {
        sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
        ..TransactionOptions::default()
    };
    connection.begin_with_options(options).await
}

async fn switch_log_on(connection: &DatabaseConnection) -> Result<(), DbErr> {
    let mut tries = 1;
    loop {
        let pragma = Statement::from_string(DbBackend::Sqlite, "PRAGMA journal_mode = WAL");
        match connection.query_one_raw(pragma).await {
            Ok(Some(row)) => match row.try_get_by_index::<String>(0)?.as_str() {
                "wal" => return Ok(()),
                mode => {
                    return Err(DbErr::Custom(format!(
                        "SQLite cannot keep a write-ahead log where it is, but only `{mode}`"
                    )));
                }
            },
            Err(error) if tries < WAL_TRIES && is_busy(&error) => {
                tries += 1;
                tokio::time::sleep(WAL_PAUSE).await;
            }
            Err(error) => return Err(error),
            Ok(None) => return Err(DbErr::Custom("SQLite tells no journal mode".to_owned())),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Reader,
    Writer,
    /// Tends the file, and nothing else.
    Keeper,
}

/// Opens a pool. With an identity, no connection of it is to another file.
async fn connect(
    path: &Path,
    kind: Kind,
    identity: Option<Arc<FileIdentity>>,
) -> Result<DatabaseConnection, DbErr> {
    let path = path.to_owned();
    let mut options = ConnectOptions::new("sqlite:pricebook.db");
    options
        .sqlx_logging(false)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        .max_connections(if kind == Kind::Reader { READERS } else { 1 })
        // None is closed for its age: it costs little, and the last one to be closed would have
        // SQLite take its files away.
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false)
        .map_sqlx_sqlite_before_acquire(|connection, _| {
            Box::pin(std::future::ready(Ok(is_clean(connection))))
        })
        .map_sqlx_sqlite_opts(move |sqlite| opened_as(kind, sqlite.filename(&path)))
        .map_sqlx_sqlite_pool_opts(move |pool| match identity.clone() {
            None => pool,
            Some(identity) => pool.after_connect(move |_, _| {
                let looked = identity.require();
                Box::pin(std::future::ready(looked))
            }),
        });
    sea_orm::Database::connect(options).await
}

fn opened_as(kind: Kind, options: SqliteConnectOptions) -> SqliteConnectOptions {
    let options = options
        .create_if_missing(false)
        .read_only(kind == Kind::Reader)
        .foreign_keys(true)
        .statement_cache_capacity(STATEMENT_CACHE)
        .busy_timeout(BUSY_TIMEOUT);
    if kind == Kind::Reader {
        return options;
    }
    // FULL: what was acknowledged survives a power cut.
    options
        .synchronous(SqliteSynchronous::Full)
        .pragma("journal_size_limit", WAL_LIMIT.to_string())
}

/// Whether a connection that nobody uses has no transaction, as it should be.
///
/// When the disk is full, or a write to it fails, SQLite itself rolls the whole transaction back. The
/// driver does not notice: the next write on the connection would be in a transaction that is never
/// committed, and be reported as durable. So the connection is closed instead.
fn is_clean(connection: &SqliteConnection) -> bool {
    !connection.is_in_transaction()
}

#[cfg(test)]
mod tests;
