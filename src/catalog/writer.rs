//! Makes writes: concurrently on PostgreSQL, with shared commits on SQLite.
//!
//! SQLite has one writer at a time, which spends most of its time waiting for the disk. So writes
//! that wait anyway share a transaction: each has a savepoint and an outcome of its own, and no
//! outcome is reported before all of them are durable.

use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use futures_util::FutureExt;
use tokio::runtime::Handle;
use tokio::sync::{mpsc, oneshot};

use super::health::Health;
use super::queue::Queue;
use super::written::Written;
use crate::cache::views::{Fence, Views};
use crate::domain::scope::Scope;
use crate::domain::{Error, Result};
use crate::store::connection::db::Database;
use crate::store::connection::retry::retry;
use crate::store::query::InScope;
use crate::store::tables::changes::Changes;
use crate::store::transaction::Transaction;
use crate::store::write::Batch;

/// Maximum number of writes that wait; further ones are refused.
const MAX_WAITING: usize = if cfg!(test) { 64 } else { 1024 };
/// Maximum number of writes that share a commit.
const MAX_BATCH: usize = 64;
/// How long a batch accepts further writes.
const BATCH_OPEN_FOR: Duration = Duration::from_millis(20);
/// How long a write may wait for a batch.
const MAX_WAIT: Duration = Duration::from_millis(1500);

/// The outcome of a write, with its transaction.
pub(super) struct Done {
    pub tx: Transaction,
    pub outcome: Result<(Written, Changes)>,
}

/// A write, to be made in a given transaction. It runs again in a new one if the database rolls the
/// first one back.
pub(super) type Work =
    Box<dyn Fn(Transaction) -> Pin<Box<dyn Future<Output = Done> + Send>> + Send + Sync>;

/// Makes writes.
#[derive(Debug)]
pub(super) enum Writer {
    /// Each write in a transaction of its own.
    SideBySide {
        database: Database,
        views: Arc<Views>,
        health: Arc<Health>,
        queue: Queue,
    },
    /// Writes that wait at the same time share a transaction.
    Together(mpsc::Sender<Job>),
}

/// A waiting write.
pub(super) struct Job {
    scope: Scope,
    work: Work,
    queued: Instant,
    tell: oneshot::Sender<Result<Written>>,
}

impl Writer {
    /// The writer that fits the database. Its background task uses the current runtime.
    pub fn new(database: Database, views: Arc<Views>, health: Arc<Health>) -> Self {
        if database.is_postgres() {
            let queue = Queue::new(database.capacity().writes);
            return Self::SideBySide {
                database,
                views,
                health,
                queue,
            };
        }
        let (sender, jobs) = mpsc::channel(MAX_WAITING);
        let batches = Batches {
            database,
            views,
            health,
        };
        // A thread of its own, since each statement waits for that of SQLite: a thread that only waits is
        // woken at less cost than the runtime.
        let runtime = Handle::current();
        thread::spawn(move || runtime.block_on(batches.write_together(jobs)));
        Self::Together(sender)
    }

    /// Whether no other write can wait.
    #[cfg(test)]
    pub fn is_full(&self) -> bool {
        match self {
            Self::SideBySide { queue, .. } => queue.is_full(),
            Self::Together(jobs) => jobs.capacity() == 0,
        }
    }

    /// Makes a write. Once it has begun, it continues even if its caller stops waiting.
    pub async fn write(&self, scope: Scope, work: Work) -> Result<Written> {
        let (tell, told) = oneshot::channel();
        match self {
            Self::SideBySide {
                database,
                views,
                health,
                queue,
            } => {
                let permit = queue.acquire().await?;
                let (database, views) = (database.clone(), views.clone());
                let health = health.clone();
                tokio::spawn(async move {
                    let _permit = permit;
                    let outcome = retry(|| write_alone(&database, &views, &scope, &work)).await;
                    if outcome.as_ref().map_or(true, Written::is_made) {
                        health.note_write(outcome.as_ref().err());
                    }
                    // The caller may be gone.
                    let _ = tell.send(outcome);
                });
            }
            Self::Together(jobs) => {
                let job = Job {
                    scope,
                    work,
                    queued: Instant::now(),
                    tell,
                };
                jobs.try_send(job)
                    .map_err(|_| Error::unavailable("too many writes are waiting"))?;
            }
        }
        told.await
            .unwrap_or_else(|_| Err(Error::internal("a write panicked")))
    }
}

async fn write_alone(
    database: &Database,
    views: &Views,
    scope: &Scope,
    work: &Work,
) -> Result<Written> {
    let tx = database.transaction(scope).await?;
    let Done { tx, outcome } = work(tx).await;
    let (written, changes) = outcome?;
    if written.is_made() {
        let _fence = views.fence(scope, changes);
        tx.commit().await?;
        views.counts.note_writes(1);
    } else {
        tx.roll_back().await?;
    }
    Ok(written)
}

/// Writes batches.
struct Batches {
    database: Database,
    views: Arc<Views>,
    health: Arc<Health>,
}

impl Batches {
    async fn write_together(self, mut jobs: mpsc::Receiver<Job>) {
        while let Some(first) = jobs.recv().await {
            let batch = AssertUnwindSafe(self.begin_batch(first, &mut jobs));
            // A panic loses only the writes of this batch, none of which was reported as durable.
            if batch.catch_unwind().await.is_err() {
                tracing::error!("writing a batch panicked");
            }
        }
    }

    async fn begin_batch(&self, first: Job, jobs: &mut mpsc::Receiver<Job>) {
        match self.database.batch().await {
            Ok(batch) => self.write_batch(batch, first, jobs).await,
            Err(error) => {
                self.health.note_write(Some(&error));
                // The other writes would wait as long for the same error.
                let why = error.to_string();
                first.answer(Err(error));
                while let Ok(job) = jobs.try_recv() {
                    job.answer(Err(Error::unavailable(why.as_str())));
                }
            }
        }
    }

    async fn write_batch(&self, batch: Batch, first: Job, jobs: &mut mpsc::Receiver<Job>) {
        let began = Instant::now();
        let mut outcomes = Outcomes::new();
        let mut fences = Vec::new();
        let mut next = Some(first);
        let mut ended = Ok(());
        while let Some(job) = next.take() {
            let Job {
                scope,
                work,
                queued,
                tell,
            } = job;
            if queued.elapsed() > MAX_WAIT {
                let _ = tell.send(Err(Error::unavailable(
                    "a write waited too long for its turn",
                )));
            } else if !tell.is_closed() {
                match self.write_in(&batch, scope, &work).await {
                    Ok((outcome, fence)) => {
                        outcomes.push((tell, outcome));
                        fences.extend(fence);
                    }
                    Err(error) => {
                        self.health.note_write(Some(&error));
                        outcomes.push((tell, Err(Error::unavailable("the write was rolled back"))));
                        ended = Err(error);
                        break;
                    }
                }
            }
            if outcomes.len() < MAX_BATCH && began.elapsed() < BATCH_OPEN_FOR {
                next = jobs.try_recv().ok();
            }
        }
        if ended.is_ok() && !fences.is_empty() {
            ended = self.commit(batch, fences.len()).await;
        }
        drop(fences);
        tell_all(outcomes, ended);
    }

    async fn commit(&self, batch: Batch, writes: usize) -> Result<()> {
        let ended = batch.commit().await;
        self.health.note_write(ended.as_ref().err());
        if ended.is_ok() {
            self.views.counts.note_writes(writes);
        }
        ended
    }

    /// Makes one write of a batch. After an error, the whole batch is lost.
    async fn write_in(
        &self,
        batch: &Batch,
        scope: Scope,
        work: &Work,
    ) -> Result<(Result<Written>, Option<Fence>)> {
        let tx = batch.transaction(&scope).await?;
        let done = AssertUnwindSafe(work(tx)).catch_unwind().await;
        let Done { tx, outcome } = done.map_err(|_| Error::internal("a write panicked"))?;
        match outcome {
            Ok((written, changes)) if written.is_made() => {
                let fence = self.views.fence(tx.scope(), changes);
                tx.commit().await?;
                Ok((Ok(written), Some(fence)))
            }
            other => {
                if let Err(error) = &other {
                    self.health.note_write(Some(error));
                }
                // After some failures SQLite rolls back the whole transaction; then this fails.
                tx.roll_back().await?;
                Ok((other.map(|(written, _)| written), None))
            }
        }
    }
}

impl Job {
    fn answer(self, outcome: Result<Written>) {
        // The caller may be gone.
        let _ = self.tell.send(outcome);
    }
}

/// The outcomes to report after the batch has ended.
type Outcomes = Vec<(oneshot::Sender<Result<Written>>, Result<Written>)>;

fn tell_all(outcomes: Outcomes, ended: Result<()>) {
    let why = ended.err().map(|error| error.to_string());
    for (tell, outcome) in outcomes {
        // Even a refusal may depend on another write of the batch, and be wrong without it.
        let outcome = match &why {
            Some(why) => Err(Error::unavailable(why.as_str())),
            None => outcome,
        };
        // The caller may be gone.
        let _ = tell.send(outcome);
    }
}

#[cfg(test)]
mod tests;
