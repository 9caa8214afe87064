//! Connections, and how transactions begin.

use std::sync::Arc;
use std::time::{Duration, Instant};

use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, Statement,
    TransactionTrait,
};

use super::metrics::PoolUse;
pub use super::options::{Capacity, Options};
use super::postgres::Postgres;
use super::postgres::address::Address;
use super::postgres::trouble::Trouble;
use super::probe::Found;
use super::settings::TransactionSettings;
use super::sqlite::address::SqliteFile;
use super::sqlite::file as sqlite_file;
use super::sqlite::file::Pools;
use super::sqlite::file_identity::FileGuard;
pub use super::url::DatabaseUrl;
use super::{error, schema_steps as steps};
use crate::domain::{Error, Result};

/// How long a migration waits for a table, while every call that needs the table waits too: a fraction
/// of the deadline of a call, since one transaction may wait for several tables.
const MIGRATION_LOCK_TIMEOUT: &str = "150ms";
/// Number of times that a migration is tried, with pauses in which calls get their locks.
const MIGRATION_TRIES: u32 = 120;
const MIGRATION_PAUSE: Duration = Duration::from_millis(1500);
/// The pause before a database that is not there yet is tried again.
const WAIT_PAUSE: Duration = Duration::from_millis(500);
/// The advisory lock of PostgreSQL that migrating instances queue for; any fixed number.
const MIGRATION_LOCK: i64 = 0x0070_7269_6365;

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
    capacity: Capacity,
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
            capacity: Capacity::of_pool(options.pool),
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
            capacity: Capacity::SQLITE,
        })
    }

    /// Whether this is PostgreSQL, where several writers go on at a time; SQLite has one.
    pub fn is_postgres(&self) -> bool {
        self.postgres.is_some()
    }

    /// The number of calls that it carries at a time.
    pub fn capacity(&self) -> Capacity {
        self.capacity
    }

    /// Brings the schema up to date, in one transaction. Of several instances that start at once
    /// one does it while the others wait. A schema of a later version is left as it is.
    ///
    /// Waiting for a table that is in use for long, as by a backup, would block every other instance.
    /// So the migration soon gives up, and is tried again after a pause.
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
        let tx = self.begin_bulk().await?;
        if self.is_postgres() {
            // However long another instance takes to migrate.
            tx.execute_unprepared("SET LOCAL lock_timeout = 0").await?;
            let lock = format!("SELECT pg_advisory_xact_lock({MIGRATION_LOCK})");
            tx.execute_raw(Statement::from_string(DbBackend::Postgres, lock))
                .await?;
            let patience = format!("SET LOCAL lock_timeout = '{MIGRATION_LOCK_TIMEOUT}'");
            tx.execute_unprepared(&patience).await?;
        }
        steps::take(&tx).await?;
        tx.commit().await
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

    /// The guard of the file of a SQLite database: checked after each commit, before it is reported.
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
    pub(in crate::store) async fn commit(&self, tx: DatabaseTransaction) -> Result<()> {
        self.file.commit(tx).await
    }

    /// Begins a transaction that reads: all its queries see the same state.
    pub(in crate::store) async fn begin_read(&self) -> Result<DatabaseTransaction, DbErr> {
        self.file.require()?;
        if self.is_postgres() {
            return begin(&self.reader, &self.settings.snapshot).await;
        }
        self.reader.begin().await
    }

    /// Asks the database how it is. Of several servers of a PostgreSQL address, one that takes writes
    /// is looked for where the current one does not.
    pub async fn probe(&self) -> Found {
        if let Some(postgres) = &self.postgres {
            return postgres.probe().await;
        }
        match self.reader.ping().await {
            Ok(()) => Found::Writable,
            Err(error) => Found::Away(error.to_string()),
        }
    }

    /// The pools: PostgreSQL has one, SQLite one that reads and one that writes.
    pub fn pools(&self) -> Vec<PoolUse> {
        if self.is_postgres() {
            return vec![PoolUse::of("all", &self.reader)];
        }
        vec![
            PoolUse::of("read", &self.reader),
            PoolUse::of("write", &self.writer),
        ]
    }
}

/// Begins a transaction on PostgreSQL.
async fn begin(
    connection: &DatabaseConnection,
    settings: &str,
) -> Result<DatabaseTransaction, DbErr> {
    let tx = connection.begin().await?;
    tx.execute_unprepared(settings).await?;
    Ok(tx)
}

#[cfg(test)]
mod tests;
