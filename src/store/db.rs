//! Connections, and how transactions begin.

use std::path::PathBuf;
use std::time::Duration;

use sea_orm::{
    AccessMode, ConnectOptions, ConnectionTrait, DatabaseConnection, DatabaseTransaction,
    DbBackend, DbErr, IsolationLevel, SqliteTransactionMode, Statement, TransactionOptions,
    TransactionTrait,
};
use sqlx::postgres::PgConnectOptions;

use super::batch::Batch;
use super::file_identity::FileGuard;
use super::sqlite_address::SqliteFile;
use super::sqlite_file::{self, Pools};
use super::transaction::{Snapshot, Transaction};
use super::{error, measures, postgres_address, silence, steps};
use crate::domain::scope::Scope;
use crate::domain::{Error, Result};

/// Which database holds the catalog.
#[derive(Clone, PartialEq, Eq)]
pub enum DatabaseUrl {
    /// A SQLite file.
    Sqlite(SqliteFile),
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
            postgres_address::check(text)?;
            return Ok(Self::Postgres(text.to_owned()));
        }
        match text.strip_prefix("sqlite:") {
            Some(file) => SqliteFile::parse(file).map(Self::Sqlite),
            None => Err("must start with sqlite: or postgres://".to_owned()),
        }
    }

    /// The SQLite file with this path, made where it is absent.
    pub fn sqlite(path: impl Into<PathBuf>) -> Self {
        Self::Sqlite(SqliteFile::at(path))
    }

    /// The same database, in which no catalog is made: a SQLite file has to hold one already.
    #[must_use]
    pub fn existing(self) -> Self {
        match self {
            Self::Sqlite(file) => Self::Sqlite(file.existing()),
            postgres @ Self::Postgres(_) => postgres,
        }
    }
}

/// Without the password, for messages and logs.
impl std::fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Sqlite(file) => write!(f, "{file}"),
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
    file: FileGuard,
}

impl Database {
    /// Opens the database; a SQLite file is made when it is absent.
    ///
    /// # Errors
    /// `Unavailable`, when the database does not answer.
    pub async fn connect(url: &DatabaseUrl) -> Result<Self> {
        match url {
            DatabaseUrl::Sqlite(file) => Self::connect_sqlite(file).await,
            DatabaseUrl::Postgres(url) => {
                let connected = Self::connect_postgres(url).await;
                connected.map_err(|error| Error::Unavailable(Box::new(error)))
            }
        }
    }

    async fn connect_sqlite(file: &SqliteFile) -> Result<Self> {
        let Pools {
            writer,
            reader,
            guard,
        } = sqlite_file::open(file).await?;
        Ok(Self {
            writer,
            reader,
            file: guard,
        })
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
            file: FileGuard::default(),
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
                migrated => {
                    migrated?;
                    return self.file.check().await;
                }
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
        steps::take(&transaction).await?;
        transaction.commit().await
    }

    /// Closes all connections; SQLite then folds its log into the file.
    ///
    /// # Errors
    /// `Unavailable` or `Internal`.
    pub async fn close(&self) -> Result<()> {
        if self.file.must_stay_open().await {
            // The end of the process closes them, without anything being deleted.
            std::mem::forget(self.clone());
            return Ok(());
        }
        self.reader.close_by_ref().await?;
        self.writer.close_by_ref().await?;
        if let Some(keeper) = self.file.keeper() {
            keeper.close_by_ref().await?;
        }
        Ok(())
    }

    /// What guards the file of a SQLite database: called after each commit, before it is told of.
    pub(super) fn file(&self) -> &FileGuard {
        &self.file
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
        self.file.require()?;
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
        self.file.require()?;
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
        Transaction::begin(inner, scope.clone(), self.file.clone()).await
    }

    /// Begins a batch of writes.
    ///
    /// # Errors
    /// `Unavailable` or `Internal`.
    pub async fn batch(&self) -> Result<Batch> {
        let inner = self.begin_write().await?;
        Ok(Batch::new(inner, self.file.clone()))
    }
}

#[cfg(test)]
mod tests;
