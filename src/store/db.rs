//! Connections, and how transactions begin.

use std::fs::OpenOptions;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use pricebook_migrations::Migrator;
use sea_orm::sqlx::Connection;
use sea_orm::sqlx::sqlite::{SqliteConnection, SqliteJournalMode, SqliteSynchronous};
use sea_orm::{
    AccessMode, ConnectOptions, ConnectionTrait, DatabaseConnection, DatabaseTransaction,
    DbBackend, DbErr, IsolationLevel, SqliteTransactionMode, Statement, TransactionOptions,
    TransactionTrait,
};
use sea_orm_migration::MigratorTrait;
use sqlx::postgres::PgConnectOptions;

use super::batch::Batch;
use super::transaction::{Snapshot, Transaction};
use super::{error, measures, silence, steps};
use crate::domain::scope::Scope;
use crate::domain::{Error, Result};

/// Which database holds the catalog.
#[derive(Clone, PartialEq, Eq)]
pub enum DatabaseUrl {
    /// A SQLite file, made when it is absent.
    Sqlite(PathBuf),
    /// A `postgres://` address, with its password.
    Postgres(String),
}

impl DatabaseUrl {
    /// Reads the setting: `sqlite:` and a path, or a `postgres://` address.
    ///
    /// # Errors
    /// A sentence for the operator.
    pub fn parse(text: &str) -> std::result::Result<Self, String> {
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return match text.parse::<PgConnectOptions>() {
                Ok(_) => Ok(Self::Postgres(text.to_owned())),
                Err(why) => Err(format!("is no address of a PostgreSQL database: {why}")),
            };
        }
        let path = text
            .strip_prefix("sqlite://")
            .or_else(|| text.strip_prefix("sqlite:"));
        match path.map(|path| path.split('?').next().unwrap_or(path)) {
            Some("" | ":memory:") => {
                Err("must name a file, such as sqlite:pricebook.db".to_owned())
            }
            Some(path) => Ok(Self::Sqlite(PathBuf::from(path))),
            None => Err("must start with sqlite: or postgres://".to_owned()),
        }
    }
}

/// Without the password, for messages and logs.
impl std::fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "the SQLite file {}", path.display()),
            Self::Postgres(url) => match url.parse::<PgConnectOptions>() {
                Ok(place) => {
                    let (host, port) = (place.get_host(), place.get_port());
                    let database = place.get_database().unwrap_or_default();
                    write!(f, "PostgreSQL at {host}:{port}/{database}")
                }
                Err(_) => f.write_str("PostgreSQL"),
            },
        }
    }
}

impl std::fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "DatabaseUrl({self})")
    }
}

/// How long a call waits for a connection before it is refused.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(2);
/// How long SQLite waits for another process that writes the same file.
const SQLITE_BUSY_TIMEOUT: Duration = Duration::from_secs(3);
/// Connections that read a SQLite file; one more writes.
const SQLITE_READERS: u32 = 4;
/// Connections to PostgreSQL.
const POSTGRES_CONNECTIONS: u32 = 16;
/// How long a step of the schema waits for a table, and everything else that needs it with it.
const MIGRATION_LOCK_TIMEOUT: &str = "500ms";
/// How often the schema is tried, and after which pause, so that calls get their turn meanwhile.
const MIGRATION_TRIES: u32 = 120;
const MIGRATION_PAUSE: Duration = Duration::from_millis(1500);
/// What may go on at a time on a SQLite file.
const SQLITE_AT_ONCE: AtOnce = AtOnce {
    reads: 3,
    writes: 1,
};
/// What may go on at a time on PostgreSQL.
const POSTGRES_AT_ONCE: AtOnce = AtOnce {
    reads: 6,
    writes: 8,
};
/// How long a write waits for the write before it, so that one that is stuck does not take every
/// connection: PostgreSQL's `lock_timeout`.
const POSTGRES_LOCK_TIMEOUT: &str = "3s";
/// How long a transaction may be left alone before PostgreSQL ends it: this program never does.
const POSTGRES_IDLE_TIMEOUT: &str = "30s";
/// Statements that a connection keeps prepared.
const STATEMENT_CACHE: usize = 200;
/// The advisory lock that instances migrating one PostgreSQL database queue at; any fixed number.
const MIGRATION_LOCK: i64 = 0x0070_7269_6365;

/// How many calls the database carries at a time. Together they leave a connection to what keeps the
/// memory of the server current, so that this does not wait for them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AtOnce {
    /// Those that read.
    pub reads: usize,
    /// Those that write.
    pub writes: usize,
}

/// The pools of one database.
///
/// SQLite has one connection that writes, so that writers queue here instead of failing there,
/// and several that cannot write. PostgreSQL has one pool for both.
#[derive(Debug, Clone)]
pub struct Database {
    writer: DatabaseConnection,
    reader: DatabaseConnection,
}

impl Database {
    /// Opens the database; a SQLite file is made when it is absent.
    ///
    /// # Errors
    /// `Unavailable`, when the database does not answer.
    pub async fn connect(url: &DatabaseUrl) -> Result<Self> {
        let connected = match url {
            DatabaseUrl::Sqlite(path) => Self::connect_sqlite(path).await,
            DatabaseUrl::Postgres(url) => Self::connect_postgres(url).await,
        };
        connected.map_err(|error| Error::Unavailable(Box::new(error)))
    }

    async fn connect_sqlite(path: &Path) -> Result<Self, DbErr> {
        make_private(path);
        let options = |read_only: bool| {
            let path = path.to_owned();
            let mut options = ConnectOptions::new("sqlite:pricebook.db");
            options
                .sqlx_logging(false)
                .acquire_timeout(ACQUIRE_TIMEOUT)
                .max_connections(if read_only { SQLITE_READERS } else { 1 })
                .test_before_acquire(false)
                .map_sqlx_sqlite_before_acquire(|connection, _| {
                    Box::pin(std::future::ready(Ok(is_clean(connection))))
                })
                .map_sqlx_sqlite_opts(move |sqlite| {
                    let sqlite = sqlite
                        .filename(&path)
                        .create_if_missing(!read_only)
                        .read_only(read_only)
                        .foreign_keys(true)
                        .busy_timeout(SQLITE_BUSY_TIMEOUT)
                        .statement_cache_capacity(STATEMENT_CACHE);
                    if read_only {
                        return sqlite;
                    }
                    // FULL: what was acknowledged survives a power cut.
                    sqlite
                        .journal_mode(SqliteJournalMode::Wal)
                        .synchronous(SqliteSynchronous::Full)
                });
            options
        };
        let writer = sea_orm::Database::connect(options(false)).await?;
        let reader = sea_orm::Database::connect(options(true)).await?;
        Ok(Self { writer, reader })
    }

    async fn connect_postgres(url: &str) -> Result<Self, DbErr> {
        let mut options = ConnectOptions::new(url);
        options
            .sqlx_logging(false)
            .connect_timeout(ACQUIRE_TIMEOUT)
            .acquire_timeout(ACQUIRE_TIMEOUT)
            .max_connections(POSTGRES_CONNECTIONS)
            .map_sqlx_postgres_pool_opts(silence::watch)
            .map_sqlx_postgres_opts(|postgres| {
                postgres
                    .application_name("pricebook")
                    .statement_cache_capacity(STATEMENT_CACHE)
                    .options([
                        ("lock_timeout", POSTGRES_LOCK_TIMEOUT),
                        ("idle_in_transaction_session_timeout", POSTGRES_IDLE_TIMEOUT),
                    ])
            });
        let pool = sea_orm::Database::connect(options).await?;
        Ok(Self {
            writer: pool.clone(),
            reader: pool,
        })
    }

    /// Whether this is PostgreSQL, where several writers go on at a time; SQLite has one.
    pub fn is_postgres(&self) -> bool {
        self.writer.get_database_backend() == DbBackend::Postgres
    }

    /// What may go on at a time.
    pub fn at_once(&self) -> AtOnce {
        if self.is_postgres() {
            POSTGRES_AT_ONCE
        } else {
            SQLITE_AT_ONCE
        }
    }

    /// Brings the schema up to date, in one transaction. Of several instances that start at once
    /// one does it while the others wait. A schema of a later version is left as it is.
    ///
    /// Where a table is in use for long, by a backup for one, waiting for it would have every other
    /// instance wait behind. So that is given up soon, and tried again after a pause.
    ///
    /// # Errors
    /// `Unavailable` or `Internal`.
    pub async fn migrate(&self) -> Result<()> {
        let mut tries = 1;
        loop {
            match self.try_to_migrate().await {
                Err(error) if tries < MIGRATION_TRIES && error::is_locked(&error) => {
                    tracing::warn!("the tables are in use; the schema is tried again soon");
                    tokio::time::sleep(MIGRATION_PAUSE).await;
                    tries += 1;
                }
                migrated => return Ok(migrated?),
            }
        }
    }

    async fn try_to_migrate(&self) -> Result<(), DbErr> {
        let transaction = self.begin_write().await?;
        if self.is_postgres() {
            // However long the instance takes that is at it.
            transaction
                .execute_unprepared("SET LOCAL lock_timeout = 0")
                .await?;
            let lock = format!("SELECT pg_advisory_xact_lock({MIGRATION_LOCK})");
            transaction
                .execute_raw(Statement::from_string(DbBackend::Postgres, lock))
                .await?;
            let patience = format!("SET LOCAL lock_timeout = '{MIGRATION_LOCK_TIMEOUT}'");
            transaction.execute_unprepared(&patience).await?;
        }
        if !steps::are_later(&transaction).await? {
            Migrator::up(&transaction, None).await?;
        }
        transaction.commit().await
    }

    /// Closes all connections; SQLite then folds its log into the file.
    ///
    /// # Errors
    /// `Unavailable` or `Internal`.
    pub async fn close(&self) -> Result<()> {
        self.reader.close_by_ref().await?;
        Ok(self.writer.close_by_ref().await?)
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// `Unavailable`, when it does not.
    pub async fn ping(&self) -> Result<()> {
        let answered = self.reader.ping().await;
        answered.map_err(|error| {
            measures::note_error(true);
            Error::Unavailable(Box::new(error))
        })
    }

    /// Counts the statements that run from now on.
    #[cfg(test)]
    pub(super) fn count_statements(&mut self) -> std::sync::Arc<std::sync::atomic::AtomicUsize> {
        use std::sync::atomic::Ordering::SeqCst;
        let count = std::sync::Arc::<std::sync::atomic::AtomicUsize>::default();
        for connection in [&mut self.reader, &mut self.writer] {
            let counted = count.clone();
            connection.set_metric_callback(move |_| {
                counted.fetch_add(1, SeqCst);
            });
        }
        count
    }

    /// The connection for the few statements that belong to no scope.
    pub(super) fn writer(&self) -> &DatabaseConnection {
        &self.writer
    }

    /// The connection for the few queries that belong to no scope.
    pub(super) fn reader(&self) -> &DatabaseConnection {
        &self.reader
    }

    pub(super) async fn begin_write(&self) -> Result<DatabaseTransaction, DbErr> {
        // Immediate: a transaction that reads first and then writes would fail on SQLite as soon
        // as another one wrote in between.
        let options = TransactionOptions {
            sqlite_transaction_mode: (!self.is_postgres())
                .then_some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        self.writer.begin_with_options(options).await
    }

    /// Begins to read a scope: every query of the snapshot sees the same state.
    ///
    /// # Errors
    /// `Unavailable` or `Internal`.
    pub async fn snapshot(&self, scope: &Scope) -> Result<Snapshot> {
        let postgres = self.is_postgres();
        let options = TransactionOptions {
            isolation_level: postgres.then_some(IsolationLevel::RepeatableRead),
            access_mode: postgres.then_some(AccessMode::ReadOnly),
            ..TransactionOptions::default()
        };
        let inner = self.reader.begin_with_options(options).await?;
        Ok(Snapshot::new(inner, scope.clone()))
    }

    /// Begins to write a scope. Its revision goes up first: that row is the lock at which the
    /// writes of a scope queue, on any number of instances, so that a use case can read, decide
    /// and save as if it were alone.
    ///
    /// # Errors
    /// `Unavailable` or `Internal`.
    pub async fn transaction(&self, scope: &Scope) -> Result<Transaction> {
        let inner = self.begin_write().await?;
        Transaction::begin(inner, scope.clone()).await
    }

    /// Begins a batch of writes.
    ///
    /// # Errors
    /// `Unavailable` or `Internal`.
    pub async fn batch(&self) -> Result<Batch> {
        Ok(Batch::new(self.begin_write().await?))
    }
}

/// Whether a connection that nobody uses has no transaction, as it should be.
///
/// When the disk is full, or a write to it fails, SQLite takes back the whole transaction by itself.
/// The driver does not notice, and whoever got such a connection next would write into a transaction
/// that nobody ever commits, and be told that it is durable. So it is closed instead.
fn is_clean(connection: &SqliteConnection) -> bool {
    !connection.is_in_transaction()
}

/// Makes a file that is not there yet, for its owner only; SQLite gives the files beside it the same
/// permissions. Why it cannot be made, opening it tells better.
fn make_private(path: &Path) {
    let made = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path);
    drop(made);
}

#[cfg(test)]
mod tests;
