//! Transactions of one scope: what queries run in.

use std::any::Any;

use sea_orm::DatabaseTransaction;

use super::connection::db::Database;
use super::connection::sqlite::file_identity::FileGuard;
use super::query::InScope;
use super::tables::revision::{self, Raised};
use crate::domain::Result;
use crate::domain::scope::Scope;
use crate::domain::timestamp::Timestamp;

impl Database {
    /// Begins to read a scope: every query of the snapshot sees the same state.
    ///
    /// # Errors
    /// `Unavailable` or `Internal`.
    pub async fn snapshot(&self, scope: &Scope) -> Result<Snapshot> {
        Ok(Snapshot {
            inner: self.begin_read().await?,
            scope: scope.clone(),
            _held: None,
        })
    }

    /// Begins to write a scope. Its revision goes up first: that row is the lock at which the
    /// writes of a scope queue, on any number of instances, so that a use case can read, decide
    /// and save as if it were alone.
    ///
    /// # Errors
    /// `Unavailable` or `Internal`.
    pub async fn transaction(&self, scope: &Scope) -> Result<Transaction> {
        let inner = self.begin_write().await?;
        Transaction::begin(inner, scope.clone(), self.file().clone()).await
    }
}

/// A consistent view of one scope, to read.
#[derive(Debug)]
pub struct Snapshot {
    inner: DatabaseTransaction,
    scope: Scope,
    _held: Option<Box<dyn Any + Send + Sync>>,
}

impl Snapshot {
    /// Keeps something for as long as the snapshot is there.
    pub fn holding(self, held: impl Any + Send + Sync) -> Self {
        Self {
            _held: Some(Box::new(held)),
            ..self
        }
    }
}

/// The one transaction of a write, in one scope; dropping it rolls everything back. In a batch it is
/// a savepoint.
///
/// A write starts from what it reads here, behind the lock of its scope, and from nothing else.
#[derive(Debug)]
pub struct Transaction {
    inner: DatabaseTransaction,
    scope: Scope,
    raised: Raised,
    /// The file to check after the commit; in a batch, the batch checks it.
    file: FileGuard,
}

impl Transaction {
    /// Binds a transaction that has begun to a scope, whose revision goes up.
    pub(super) async fn begin(
        inner: DatabaseTransaction,
        scope: Scope,
        file: FileGuard,
    ) -> Result<Self> {
        let raised = revision::raise(&inner, &scope).await?;
        Ok(Self {
            inner,
            scope,
            raised,
            file,
        })
    }

    /// Makes the write durable; in a batch, once the batch is committed.
    ///
    /// # Errors
    /// `Unavailable` or `Internal`.
    pub async fn commit(self) -> Result<()> {
        self.file.commit(self.inner).await
    }

    /// Rolls everything back.
    ///
    /// # Errors
    /// `Unavailable` or `Internal`: then the batch that this write is part of can have ended too.
    pub async fn roll_back(self) -> Result<()> {
        Ok(self.inner.rollback().await?)
    }

    /// The revision that the scope has with this write.
    pub fn revision(&self) -> i64 {
        self.raised.revision
    }

    /// When the write is made: never earlier than the previous write, whatever the servers'
    /// clocks say.
    pub fn now(&self) -> Timestamp {
        self.raised.now
    }
}

impl InScope for Snapshot {
    fn scope(&self) -> &Scope {
        &self.scope
    }

    fn connection(&self) -> &DatabaseTransaction {
        &self.inner
    }
}

impl InScope for Transaction {
    fn scope(&self) -> &Scope {
        &self.scope
    }

    fn connection(&self) -> &DatabaseTransaction {
        &self.inner
    }
}
