//! Transactions of one scope.

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

/// A transaction that reads one scope: all its queries see the same state.
#[derive(Debug)]
pub struct Snapshot {
    inner: DatabaseTransaction,
    scope: Scope,
    _held: Option<Box<dyn Any + Send + Sync>>,
}

impl Snapshot {
    /// Keeps a value until the snapshot is dropped.
    pub fn holding(self, held: impl Any + Send + Sync) -> Self {
        Self {
            _held: Some(Box::new(held)),
            ..self
        }
    }
}

/// The transaction of a write, in one scope; in a batch it is a savepoint. Dropping it rolls everything
/// back.
///
/// It holds the lock of its scope. A write starts from what it reads here, and from nothing else.
#[derive(Debug)]
pub struct Transaction {
    inner: DatabaseTransaction,
    scope: Scope,
    raised: Raised,
    /// The file to check after the commit; in a batch, the batch checks it.
    file: FileGuard,
}

impl Transaction {
    /// Binds a transaction that has begun to a scope, and raises the revision of the scope.
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

    /// Commits the write; in a batch it is durable when the batch is committed.
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

    /// The revision up to which the log of changes will be complete, if this write logs its change;
    /// `None` if the log has no baseline.
    pub(in crate::store) fn logged_revision(&self) -> Option<i64> {
        self.raised.logged_revision
    }

    /// The revision of the scope after this write.
    pub fn revision(&self) -> i64 {
        self.raised.revision
    }

    /// The time of the write, never before that of the previous write, whatever the clocks say.
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
