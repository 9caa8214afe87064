//! Writes that become durable together.
//!
//! A write to SQLite spends its time waiting until it is on the disk. So writes that wait anyway share a
//! transaction: each is a savepoint, and reads what the writes before it wrote.

use sea_orm::{DatabaseTransaction, TransactionTrait};

use super::connection::db::Database;
use super::connection::sqlite::file_identity::FileGuard;
use super::transaction::Transaction;
use crate::domain::Result;
use crate::domain::scope::Scope;

impl Database {
    /// Begins a batch of writes.
    ///
    /// # Errors
    /// `Unavailable` or `Internal`.
    pub async fn batch(&self) -> Result<Batch> {
        Ok(Batch {
            inner: self.begin_write().await?,
            file: self.file().clone(),
        })
    }
}

/// Several writes that become durable together or not at all; dropping it rolls them all back.
#[derive(Debug)]
pub struct Batch {
    inner: DatabaseTransaction,
    file: FileGuard,
}

impl Batch {
    /// Begins a write of the batch. Rolling it back undoes only that write.
    ///
    /// # Errors
    /// `Unavailable` or `Internal`; then nothing more can be written in the batch.
    pub async fn transaction(&self, scope: &Scope) -> Result<Transaction> {
        let savepoint = self.inner.begin().await?;
        Transaction::begin(savepoint, scope.clone(), FileGuard::default()).await
    }

    /// Makes the writes durable.
    ///
    /// # Errors
    /// `Unavailable` or `Internal`.
    pub async fn commit(self) -> Result<()> {
        self.file.commit(self.inner).await
    }
}

#[cfg(test)]
mod tests;
