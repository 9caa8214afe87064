//! What every use case needs: the database and the clock.

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use uuid::Uuid;

use super::api_key::KeyUse;
use super::health::Health;
use super::turns::Turns;
use super::writer::Writer;
use crate::cache::keys::KnownKeys;
use crate::cache::views::Views;
use crate::domain::Result;
use crate::domain::scope::Scope;
use crate::domain::timestamp::Timestamp;
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
    pub(super) reads: Turns,
    pub(super) health: Arc<Health>,
}

impl App {
    /// The catalog in a database whose schema is up to date. Answers that are kept take at most
    /// about `cache` bytes. It works in the background of the current runtime.
    pub fn new(database: Database, cache: u64) -> Self {
        let views = Arc::new(Views::new(database.clone(), cache));
        let health = Arc::new(Health::answered());
        Self {
            reads: Turns::new(database.at_once().reads),
            writer: Writer::new(database.clone(), views.clone(), health.clone()),
            database,
            views,
            known_keys: KnownKeys::default(),
            key_use: KeyUse::default(),
            health,
        }
    }

    /// Begins to read a scope, in turn.
    ///
    /// # Errors
    /// `Unavailable` or `Internal`.
    pub(super) async fn snapshot(&self, scope: &Scope) -> Result<Snapshot> {
        let turn = self.reads.take().await?;
        Ok(self.database.snapshot(scope).await?.holding(turn))
    }

    /// Whether another write can wait for the database. If not, it is refused.
    pub fn takes_writes(&self) -> bool {
        !self.writer.is_full()
    }

    /// Closes the database; nothing can be asked of the catalog afterwards.
    ///
    /// # Errors
    /// `Unavailable` or `Internal`.
    pub async fn close(&self) -> Result<()> {
        self.database.close().await
    }
}

/// The time of day.
pub(super) fn now() -> Timestamp {
    let since_epoch = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    Timestamp::from_millis(i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX))
}

/// A value that no other id has, and that sorts behind those this process made before.
pub(super) fn unique() -> Uuid {
    Uuid::now_v7()
}
