//! Connections, and how transactions begin.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, Statement,
    TransactionTrait,
};

use super::postgres::address::{Address, Encryption};
use super::postgres::{Postgres, Trouble};
use super::sqlite::address::SqliteFile;
use super::sqlite::file as sqlite_file;
use super::sqlite::file::Pools;
use super::sqlite::file_identity::FileGuard;
use super::{error, schema_steps as steps};
use crate::domain::scope::Scope;
use crate::domain::{Error, Result};
use crate::store::transaction::{Snapshot, Transaction};
use crate::store::write::Batch;

/// Which database holds the catalog.
#[derive(Clone)]
pub enum DatabaseUrl {
    /// A SQLite file.
    Sqlite(SqliteFile),
    /// A PostgreSQL database, with its password.
    Postgres(Address),
}

impl DatabaseUrl {
    /// Reads the setting: `sqlite:` and a path, or a `postgres://` address.
    ///
    /// # Errors
    /// A sentence for the operator.
    pub fn parse(text: &str) -> std::result::Result<Self, String> {
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return Address::parse(text).map(Self::Postgres);
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

    /// The same address with the given TLS mode and root certificate, where they are given.
    #[must_use]
    pub fn with_tls(self, mode: Option<Encryption>, root: Option<&Path>) -> Self {
        match self {
            Self::Postgres(address) => Self::Postgres(address.with_tls(mode, root)),
            file @ Self::Sqlite(_) => file,
        }
    }
}

/// Without the password, for messages and logs.
impl std::fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Sqlite(file) => write!(f, "{file}"),
            Self::Postgres(address) => address.fmt(f),
        }
    }
}

impl std::fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "DatabaseUrl({self})")
    }
}

/// How long a call waits for a connection before it is refused.
pub(in crate::store) const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(2);
/// Statements that a connection keeps prepared.
pub(in crate::store) const STATEMENT_CACHE: usize = 200;
/// How long a step of the schema waits for a table, and everything else that needs it with it: a
/// fraction of the deadline of a call, since one transaction may wait for several tables.
const MIGRATION_LOCK_TIMEOUT: &str = "150ms";
/// How often the schema is tried, and after which pause, so that calls get their turn meanwhile.
const MIGRATION_TRIES: u32 = 120;
const MIGRATION_PAUSE: Duration = Duration::from_millis(1500);
/// What may go on at a time on a SQLite file.
const SQLITE_AT_ONCE: AtOnce = AtOnce {
    reads: 3,
    writes: 1,
};
/// Connections to PostgreSQL that are left to what keeps the memory of the server current.
const POSTGRES_SPARE: u32 = 2;
/// How long a transaction may be left alone before PostgreSQL ends it: this program never does.
const POSTGRES_IDLE_TIMEOUT: Duration = Duration::from_secs(30);
/// How long to wait before a database is tried again that is not there yet.
const WAIT_PAUSE: Duration = Duration::from_millis(500);
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

impl AtOnce {
    /// What a pool of so many connections to PostgreSQL carries.
    fn of_pool(connections: u32) -> Self {
        let used =
            usize::try_from(connections.saturating_sub(POSTGRES_SPARE)).unwrap_or(usize::MAX);
        // With 16 connections 6 and 8.
        let reads = (used * 3 / 7).max(1);
        Self {
            reads,
            writes: used.saturating_sub(reads).max(1),
        }
    }
}

/// How a database is used.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// Most connections to PostgreSQL, at least [`Self::SMALLEST_POOL`].
    pub pool: u32,
    /// How long a write on PostgreSQL waits for the write before it, so that one that is stuck does
    /// not take every connection.
    pub lock_timeout: Duration,
    /// How long one statement of a call may take on PostgreSQL.
    pub statement_timeout: Duration,
    /// How long a PostgreSQL that is not there yet is waited for.
    pub wait: Duration,
}

impl Options {
    /// One connection that reads, one that writes, and those that are left to other work.
    pub const SMALLEST_POOL: u32 = POSTGRES_SPARE + 2;
}

impl Default for Options {
    fn default() -> Self {
        Self {
            pool: 16,
            lock_timeout: Duration::from_secs(3),
            statement_timeout: Duration::from_secs(10),
            wait: Duration::ZERO,
        }
    }
}

/// The settings of transactions on PostgreSQL, sent in one message when each begins. Every transaction
/// sends them: operators can change a database's defaults, and a pooler can hand over a connection with
/// another client's settings.
#[derive(Debug)]
struct TransactionSettings {
    write: String,
    bulk: String,
    snapshot: String,
}

impl TransactionSettings {
    fn of(options: &Options) -> Self {
        let isolation = |level: &str| format!("SET TRANSACTION ISOLATION LEVEL {level}");
        let set = |name: &str, time: Duration| format!("SET LOCAL {name} = {}", time.as_millis());
        let lock = set("lock_timeout", options.lock_timeout);
        let statement = set("statement_timeout", options.statement_timeout);
        let endless = set("statement_timeout", Duration::ZERO);
        let idle = set("idle_in_transaction_session_timeout", POSTGRES_IDLE_TIMEOUT);
        let write = isolation("READ COMMITTED");
        let snapshot = isolation("REPEATABLE READ, READ ONLY");
        Self {
            write: [&*write, &lock, &statement, &idle].join("; "),
            bulk: [&*write, &lock, &endless, &idle].join("; "),
            snapshot: [&*snapshot, &lock, &statement, &idle].join("; "),
        }
    }
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
    /// Where it is PostgreSQL.
    postgres: Option<Postgres>,
    settings: Arc<TransactionSettings>,
    at_once: AtOnce,
}

impl Database {
    /// Opens the database with the default [`Options`]; a SQLite file is made when it is absent.
    ///
    /// # Errors
    /// `Unavailable`, when the database does not answer.
    pub async fn connect(url: &DatabaseUrl) -> Result<Self> {
        Self::open(url, &Options::default()).await
    }

    /// Opens the database; a SQLite file is made when it is absent. A PostgreSQL that is not there yet
    /// is waited for.
    ///
    /// # Errors
    /// `Unavailable`, when the database does not answer, or cannot be used as it is.
    pub async fn open(url: &DatabaseUrl, options: &Options) -> Result<Self> {
        match url {
            DatabaseUrl::Sqlite(file) => Self::connect_sqlite(file, options).await,
            DatabaseUrl::Postgres(address) => Self::wait_for_postgres(address, options).await,
        }
    }

    async fn wait_for_postgres(address: &Address, options: &Options) -> Result<Self> {
        let began = Instant::now();
        let mut is_told = false;
        loop {
            let Trouble { why, is_passing } = match Postgres::open(address, options).await {
                Ok(postgres) => return Ok(Self::on_postgres(postgres, options)),
                Err(trouble) => trouble,
            };
            if !is_passing || began.elapsed() >= options.wait {
                return Err(Error::unavailable(why));
            }
            if !is_told {
                tracing::warn!(why, "waiting for {address}");
                is_told = true;
            }
            tokio::time::sleep(WAIT_PAUSE).await;
        }
    }

    fn on_postgres(postgres: Postgres, options: &Options) -> Self {
        Self {
            writer: postgres.connection(),
            reader: postgres.connection(),
            file: FileGuard::default(),
            postgres: Some(postgres),
            settings: Arc::new(TransactionSettings::of(options)),
            at_once: AtOnce::of_pool(options.pool),
        }
    }

    async fn connect_sqlite(file: &SqliteFile, options: &Options) -> Result<Self> {
        let Pools {
            writer,
            reader,
            guard,
        } = sqlite_file::open(file).await?;
        Ok(Self {
            writer,
            reader,
            file: guard,
            postgres: None,
            settings: Arc::new(TransactionSettings::of(options)),
            at_once: SQLITE_AT_ONCE,
        })
    }

    /// Whether this is PostgreSQL, where several writers go on at a time; SQLite has one.
    pub fn is_postgres(&self) -> bool {
        self.postgres.is_some()
    }

    pub(in crate::store) fn postgres(&self) -> Option<&Postgres> {
        self.postgres.as_ref()
    }

    /// What may go on at a time.
    pub fn at_once(&self) -> AtOnce {
        self.at_once
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
                    tracing::warn!("the tables are in use; the migration will be retried");
                    tokio::time::sleep(MIGRATION_PAUSE).await;
                    tries += 1;
                }
                Err(error) if error::is_forbidden(&error) => {
                    return Err(Error::internal(format!(
                        "{error}; run `pricebook migrate` as a role that may change the schema"
                    )));
                }
                migrated => {
                    migrated?;
                    return self.file.check().await;
                }
            }
        }
    }

    async fn try_to_migrate(&self) -> Result<(), DbErr> {
        if steps::are_made(&self.reader).await? {
            return Ok(());
        }
        let transaction = self.begin_bulk().await?;
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
    pub(in crate::store) fn file(&self) -> &FileGuard {
        &self.file
    }

    /// Counts the statements that run from now on.
    #[cfg(test)]
    pub(in crate::store) fn count_statements(
        &mut self,
    ) -> std::sync::Arc<std::sync::atomic::AtomicUsize> {
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
    pub(in crate::store) fn writer(&self) -> &DatabaseConnection {
        &self.writer
    }

    /// The connection for the few queries that belong to no scope.
    pub(in crate::store) fn reader(&self) -> &DatabaseConnection {
        &self.reader
    }

    /// Begins a transaction of a call that writes.
    pub(in crate::store) async fn begin_write(&self) -> Result<DatabaseTransaction, DbErr> {
        self.begin_with(&self.settings.write).await
    }

    /// Begins a transaction whose statements may take any time.
    pub(in crate::store) async fn begin_bulk(&self) -> Result<DatabaseTransaction, DbErr> {
        self.begin_with(&self.settings.bulk).await
    }

    async fn begin_with(&self, settings: &str) -> Result<DatabaseTransaction, DbErr> {
        self.file.require()?;
        if self.is_postgres() {
            return begin(&self.writer, settings).await;
        }
        sqlite_file::begin_immediate(&self.writer).await
    }

    /// Commits a transaction that belongs to no scope.
    pub(in crate::store) async fn commit(&self, transaction: DatabaseTransaction) -> Result<()> {
        self.file.commit(transaction).await
    }

    /// Begins to read a scope: every query of the snapshot sees the same state.
    ///
    /// # Errors
    /// `Unavailable` or `Internal`.
    pub async fn snapshot(&self, scope: &Scope) -> Result<Snapshot> {
        self.file.require()?;
        let inner = if self.is_postgres() {
            begin(&self.reader, &self.settings.snapshot).await?
        } else {
            self.reader.begin().await?
        };
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

/// Begins a transaction on PostgreSQL.
async fn begin(
    connection: &DatabaseConnection,
    settings: &str,
) -> Result<DatabaseTransaction, DbErr> {
    let transaction = connection.begin().await?;
    transaction.execute_unprepared(settings).await?;
    Ok(transaction)
}

#[cfg(test)]
mod tests;
