//! The state that all use cases share.

use std::sync::Arc;

use super::health::Health;
use super::key_use::KeyUse;
use super::queue::Queue;
use super::waiting::Waiting;
use super::writer::Writer;
use crate::cache::keys::KnownKeys;
use crate::cache::views::Views;
use crate::domain::Result;
use crate::domain::scope::Scope;
use crate::store::connection::db::Database;
use crate::store::transaction::Snapshot;

/// The catalog of all organizations.
#[derive(Debug)]
pub struct App {
    pub(super) database: Database,
    pub(super) views: Arc<Views>,
    pub(super) known_keys: KnownKeys,
    pub(super) key_use: KeyUse,
    pub(super) writer: Writer,
    pub(super) reads: Queue,
    pub(super) health: Arc<Health>,
    pub(super) waiting: Waiting,
    /// Calls about whole catalogs, which take memory.
    pub(super) whole: Queue,
}

impl App {
    /// The catalog in a database whose schema is up to date. The cache of answers takes up to about
    /// `cache` bytes. Background tasks run on the current runtime.
    pub fn new(database: Database, cache: u64) -> Self {
        let views = Arc::new(Views::new(database.clone(), cache));
        let health = Arc::new(Health::answered());
        Self {
            reads: Queue::new(database.capacity().reads),
            writer: Writer::new(database.clone(), views.clone(), health.clone()),
            database,
            views,
            known_keys: KnownKeys::default(),
            key_use: KeyUse::default(),
            health,
            waiting: Waiting::default(),
            whole: Queue::of_whole_catalogs(),
        }
    }

    /// Begins to read a scope, once the queue of reads has a permit.
    ///
    /// # Errors
    /// `Unavailable` or `Internal`.
    pub(super) async fn snapshot(&self, scope: &Scope) -> Result<Snapshot> {
        let permit = self.reads.acquire().await?;
        Ok(self.database.snapshot(scope).await?.holding(permit))
    }

    /// Whether another write can wait for the database.
    #[cfg(test)]
    pub fn takes_writes(&self) -> bool {
        !self.writer.is_full()
    }

    /// Closes the database; the catalog cannot be used afterwards.
    ///
    /// # Errors
    /// `Unavailable` or `Internal`.
    pub async fn close(&self) -> Result<()> {
        self.database.close().await
    }
}
