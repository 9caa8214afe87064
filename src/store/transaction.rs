//! Transactions of one scope: what queries run in.

use std::any::Any;
use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter, Select,
};

use super::batch::Core;
use super::deferred::Deferred;
use super::file_identity::FileGuard;
use super::image::Layer;
use super::revision::{self, ChangedPlan, Changes, Revision};
use crate::domain::plan::{Plan, PlanRef};
use crate::domain::scope::Scope;
use crate::domain::{Error, Result};

/// A consistent view of one scope, to read.
#[derive(Debug)]
pub struct Snapshot {
    inner: DatabaseTransaction,
    scope: Scope,
    _held: Option<Box<dyn Any + Send + Sync>>,
}

impl Snapshot {
    pub(super) fn new(inner: DatabaseTransaction, scope: Scope) -> Self {
        Self {
            inner,
            scope,
            _held: None,
        }
    }

    /// Keeps something for as long as the snapshot is there.
    pub fn holding(self, held: impl Any + Send + Sync) -> Self {
        Self {
            _held: Some(Box::new(held)),
            ..self
        }
    }
}

/// The one transaction of a write, in one scope; dropping it takes everything back.
#[derive(Debug)]
pub struct Transaction {
    place: Place,
    scope: Scope,
    revision: Revision,
    changes: Mutex<Changes>,
    images: Layer,
    deferred: Mutex<Deferred>,
}

/// Where a transaction takes place.
#[derive(Debug)]
enum Place {
    /// By itself.
    Alone(DatabaseTransaction, FileGuard),
    /// In a batch, as a savepoint. There is none before a statement needs it, and many writes have
    /// no such statement: what they read is known, and what they overwrite can be put off.
    Batched {
        core: Arc<Core>,
        savepoint: OnceLock<DatabaseTransaction>,
    },
}

impl Transaction {
    /// Binds a transaction that has begun to a scope, whose revision goes up.
    pub(super) async fn alone(
        inner: DatabaseTransaction,
        scope: Scope,
        images: Layer,
        file: FileGuard,
    ) -> Result<Self> {
        let revision = revision::raise(&inner, &scope).await?;
        Ok(Self::new(
            Place::Alone(inner, file),
            scope,
            revision,
            images,
        ))
    }

    /// A write of a batch, with which its scope gets a revision.
    pub(super) fn batched(
        core: Arc<Core>,
        scope: Scope,
        revision: Revision,
        images: Layer,
    ) -> Self {
        let savepoint = OnceLock::new();
        Self::new(Place::Batched { core, savepoint }, scope, revision, images)
    }

    fn new(place: Place, scope: Scope, revision: Revision, images: Layer) -> Self {
        Self {
            place,
            scope,
            revision,
            changes: Mutex::default(),
            images,
            deferred: Mutex::default(),
        }
    }

    /// Makes the write durable; as part of a batch, as soon as that is.
    ///
    /// # Errors
    /// `Unavailable` or `Internal`.
    pub async fn commit(self) -> Result<()> {
        let changes = self.changes();
        match self.place {
            Place::Alone(inner, file) => {
                inner.commit().await?;
                file.check().await?;
                self.images.publish();
            }
            Place::Batched { core, savepoint } => {
                let revision = self.revision.with_keys_changed(changes.keys);
                let deferred = into_inner(self.deferred);
                match savepoint.into_inner() {
                    Some(savepoint) => {
                        savepoint.commit().await?;
                        core.note_written(&self.scope, revision);
                    }
                    None => core.defer(&self.scope, revision, deferred),
                }
                self.images.publish_to_batch();
            }
        }
        Ok(())
    }

    /// Takes everything back.
    ///
    /// # Errors
    /// `Unavailable` or `Internal`: then the batch that this write is part of can have ended too.
    pub async fn roll_back(self) -> Result<()> {
        let begun = match self.place {
            Place::Alone(inner, _) => Some(inner),
            Place::Batched { savepoint, .. } => savepoint.into_inner(),
        };
        match begun {
            Some(begun) => Ok(begun.rollback().await?),
            None => Ok(()),
        }
    }

    /// The revision that the scope has with this write.
    pub fn revision(&self) -> Revision {
        self.revision
    }

    /// What was changed so far.
    pub fn changes(&self) -> Changes {
        lock(&self.changes).clone()
    }

    /// Notes that a plan was changed.
    pub(super) fn note_plan(&self, plan: ChangedPlan) {
        self.images.forget(plan.id.as_str());
        lock(&self.changes).plans.push(plan);
    }

    /// Notes that it was changed what a key opens.
    pub(super) fn note_keys(&self) {
        lock(&self.changes).keys = true;
    }

    /// Whether what is overwritten can be put off: every statement so far could.
    pub(super) fn may_defer(&self) -> bool {
        match &self.place {
            Place::Alone(..) => false,
            Place::Batched { savepoint, .. } => savepoint.get().is_none(),
        }
    }

    /// What is put off by this write.
    pub(super) fn deferred(&self) -> MutexGuard<'_, Deferred> {
        lock(&self.deferred)
    }

    /// Looks for something among what was put off by the writes before this one.
    pub(super) fn find_deferred<T>(&self, find: impl Fn(&Deferred) -> Option<T>) -> Option<T> {
        match &self.place {
            Place::Alone(..) => None,
            Place::Batched { core, .. } => core.find_deferred(find),
        }
    }

    /// The connection for queries that nothing put off can matter to. It takes no savepoint, so what
    /// comes of them has to be [`checked`](Self::checked).
    pub(super) fn connection_beside(&self) -> &DatabaseTransaction {
        match &self.place {
            Place::Alone(inner, _) => inner,
            Place::Batched { core, savepoint } => savepoint.get().unwrap_or(core.connection()),
        }
    }

    /// Ends the batch when a query outside of a savepoint failed: SQLite takes back the whole
    /// transaction after some failures, and then nothing more may be written in it.
    pub(super) fn checked<T>(&self, outcome: Result<T, DbErr>) -> Result<T> {
        if outcome.is_err()
            && let Place::Batched { core, .. } = &self.place
        {
            core.give_up();
        }
        Ok(outcome?)
    }

    async fn begin_savepoint(&self, core: &Core) -> Result<DatabaseTransaction> {
        let savepoint = core.begin_savepoint().await?;
        let raised = revision::raise(&savepoint, &self.scope).await?;
        if raised.number != self.revision.number {
            return Err(Error::internal("a scope is not at the revision it was at"));
        }
        let deferred = std::mem::take(&mut *self.deferred());
        deferred.write(&savepoint).await?;
        Ok(savepoint)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn into_inner<T>(mutex: Mutex<T>) -> T {
    mutex.into_inner().unwrap_or_else(PoisonError::into_inner)
}

/// What queries run in: a transaction that is bound to a scope.
pub trait InScope {
    /// The scope that can be seen.
    fn scope(&self) -> &Scope;

    /// The transaction, for statements of this room.
    ///
    /// # Errors
    /// `Unavailable` or `Internal`.
    #[doc(hidden)]
    fn connection(&self) -> impl Future<Output = Result<&DatabaseTransaction>> + Send;

    /// The plan that is named, if it is known without asking that it is still as it was.
    #[doc(hidden)]
    fn known_plan(&self, _plan: &PlanRef) -> Option<Plan> {
        None
    }

    /// The plan with an id, if it is known as it was at a revision.
    #[doc(hidden)]
    fn image(&self, _id: &str, _revision: i64) -> Option<Plan> {
        None
    }

    /// Takes note of a plan as it is at a revision.
    #[doc(hidden)]
    fn keep_image(&self, _plan: &Plan, _revision: i64) {}
}

impl InScope for Snapshot {
    fn scope(&self) -> &Scope {
        &self.scope
    }

    async fn connection(&self) -> Result<&DatabaseTransaction> {
        Ok(&self.inner)
    }
}

impl InScope for Transaction {
    fn scope(&self) -> &Scope {
        &self.scope
    }

    async fn connection(&self) -> Result<&DatabaseTransaction> {
        let (core, savepoint) = match &self.place {
            Place::Alone(inner, _) => return Ok(inner),
            Place::Batched { core, savepoint } => (core, savepoint),
        };
        if savepoint.get().is_none() {
            let begun = self.begin_savepoint(core).await;
            let begun = begun.inspect_err(|_| core.give_up())?;
            // Nobody else begins it: a write takes one step after the other.
            let _ = savepoint.set(begun);
        }
        savepoint
            .get()
            .ok_or_else(|| Error::internal("a savepoint is gone"))
    }

    fn known_plan(&self, plan: &PlanRef) -> Option<Plan> {
        self.images.known(&self.scope.id, plan)
    }

    fn image(&self, id: &str, revision: i64) -> Option<Plan> {
        self.images.get(id, revision, self.revision)
    }

    fn keep_image(&self, plan: &Plan, revision: i64) {
        self.images
            .put(&self.scope.id, plan, revision, self.revision);
    }
}

/// An entity whose rows belong to a scope.
pub(super) trait ScopedEntity: EntityTrait {
    /// The column that says which.
    const SCOPE_ID: Self::Column;
}

/// The start of every query about an entity: its rows in the scope, and no others.
pub(super) fn within<E: ScopedEntity>(at: &impl InScope) -> Select<E> {
    E::find().filter(E::SCOPE_ID.eq(at.scope().id.as_str()))
}

/// The row that a query by what is unique finds.
///
/// [`Select::one`] would add a `LIMIT` with a parameter, and SQLite parses such a statement anew each
/// time that it runs, prepared or not: it plans for the number (`sqlite3ExprIsInteger` in its
/// source, unless built with `SQLITE_ENABLE_QPSG`).
pub(super) async fn only<E: EntityTrait>(
    query: Select<E>,
    connection: &impl ConnectionTrait,
) -> std::result::Result<Option<E::Model>, DbErr> {
    Ok(query.all(connection).await?.pop())
}
