//! Writes that become durable together.
//!
//! A batch has SQLite's lock from its beginning to its end, so it reads the revision of a scope once
//! and counts on by itself. What its writes overwrite is gathered meanwhile and written at the end,
//! or as soon as one of them needs a statement that could see it: of many changes of one row only
//! the last one is written, and many rows of a table go into one statement.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use sea_orm::{DatabaseTransaction, TransactionTrait};

use super::deferred::Deferred;
use super::file_identity::FileGuard;
use super::image::Layer;
use super::revision::{self, Revision};
use super::transaction::Transaction;
use crate::domain::id::ScopeId;
use crate::domain::scope::Scope;
use crate::domain::{Error, Result};

/// Several writes that become durable together or not at all; dropping it takes them all back.
#[derive(Debug)]
pub struct Batch {
    core: Arc<Core>,
    file: FileGuard,
}

/// What a batch shares with its writes.
#[derive(Debug)]
pub(super) struct Core {
    inner: DatabaseTransaction,
    images: Layer,
    ledger: Mutex<Ledger>,
}

#[derive(Debug, Default)]
struct Ledger {
    scopes: HashMap<ScopeId, Standing>,
    deferred: Deferred,
    /// Nothing more may be written.
    is_given_up: bool,
}

/// How far a scope has come in a batch.
#[derive(Debug, Clone, Copy)]
struct Standing {
    revision: Revision,
    is_written: bool,
    /// See [`Layer::above`].
    known_since: i64,
}

impl Batch {
    pub(super) fn new(inner: DatabaseTransaction, images: Layer, file: FileGuard) -> Self {
        let ledger = Mutex::default();
        Self {
            file,
            core: Arc::new(Core {
                inner,
                images,
                ledger,
            }),
        }
    }

    /// Begins a write of the batch. One that is taken back takes only itself back.
    ///
    /// # Errors
    /// `Unavailable` or `Internal`; then nothing more can be written in the batch.
    pub async fn transaction(&self, scope: &Scope) -> Result<Transaction> {
        let core = &self.core;
        let standing = core.standing(scope).await?;
        let images = Layer::above(&core.images, standing.known_since);
        let revision = standing.revision.next();
        Ok(Transaction::batched(
            core.clone(),
            scope.clone(),
            revision,
            images,
        ))
    }

    /// Makes the writes durable.
    ///
    /// # Errors
    /// `Unavailable` or `Internal`.
    pub async fn commit(self) -> Result<()> {
        self.core.flush().await?;
        let core = Arc::into_inner(self.core);
        let core = core.ok_or_else(|| Error::internal("a write outlives its batch"))?;
        core.inner.commit().await?;
        self.file.check().await?;
        let ledger = core.ledger.into_inner();
        for (id, standing) in ledger.unwrap_or_else(PoisonError::into_inner).scopes {
            core.images
                .note_current(id, standing.known_since, standing.revision);
        }
        core.images.publish();
        Ok(())
    }
}

impl Core {
    fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Has the batch end without being durable.
    pub fn give_up(&self) {
        self.ledger().is_given_up = true;
    }

    fn check(&self) -> Result<()> {
        if self.ledger().is_given_up {
            return Err(Error::unavailable("the write was taken back"));
        }
        Ok(())
    }

    /// The transaction of the whole batch.
    pub fn connection(&self) -> &DatabaseTransaction {
        &self.inner
    }

    async fn standing(&self, scope: &Scope) -> Result<Standing> {
        self.check()?;
        if let Some(known) = self.ledger().scopes.get(&scope.id) {
            return Ok(*known);
        }
        let revision = revision::of_scope(&self.inner, scope).await?;
        let standing = Standing {
            revision,
            is_written: true,
            known_since: self.images.known_since(&scope.id, revision),
        };
        self.ledger().scopes.insert(scope.id.clone(), standing);
        Ok(standing)
    }

    /// Begins the savepoint of a write, behind everything that was put off before it.
    pub async fn begin_savepoint(&self) -> Result<DatabaseTransaction> {
        self.flush().await?;
        Ok(self.inner.begin().await?)
    }

    /// Takes note of a write that is in its place.
    pub fn note_written(&self, scope: &Scope, revision: Revision) {
        Self::note(&mut self.ledger(), scope, revision, true);
    }

    /// Takes what a write puts off.
    pub fn defer(&self, scope: &Scope, revision: Revision, deferred: Deferred) {
        let mut ledger = self.ledger();
        ledger.deferred.take_over(deferred);
        Self::note(&mut ledger, scope, revision, false);
    }

    fn note(ledger: &mut Ledger, scope: &Scope, revision: Revision, is_written: bool) {
        if let Some(standing) = ledger.scopes.get_mut(&scope.id) {
            standing.revision = revision;
            standing.is_written = is_written;
        }
    }

    /// Looks for something among what was put off.
    pub fn find_deferred<T>(&self, find: impl Fn(&Deferred) -> Option<T>) -> Option<T> {
        find(&self.ledger().deferred)
    }

    /// Writes what was put off.
    async fn flush(&self) -> Result<()> {
        self.check()?;
        let flushed = self.write_deferred().await;
        flushed.inspect_err(|_| self.give_up())
    }

    async fn write_deferred(&self) -> Result<()> {
        let (raised, deferred) = {
            let mut ledger = self.ledger();
            let mut raised = Vec::new();
            for (id, standing) in &mut ledger.scopes {
                if !standing.is_written {
                    standing.is_written = true;
                    raised.push((id.clone(), standing.revision));
                }
            }
            (raised, std::mem::take(&mut ledger.deferred))
        };
        for (id, revision) in raised {
            revision::set(&self.inner, &id, revision).await?;
        }
        deferred.write(&self.inner).await
    }
}

#[cfg(test)]
mod tests;
