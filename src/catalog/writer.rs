//! How writes reach the database: on PostgreSQL side by side, on SQLite together.
//!
//! SQLite lets one writer in at a time, and most of a write is the wait until it is on the disk.
//! So those that wait for their turn anyway share a transaction: each is a savepoint of its own
//! and has an outcome of its own, and none is told before all of them are durable.

use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::FutureExt;
use tokio::sync::{mpsc, oneshot};

use super::health::Health;
use super::queue::Turns;
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

/// Most writes that wait for their turn; more are refused.
const LONGEST_QUEUE: usize = 1024;
/// Most writes that share a commit.
const LARGEST_BATCH: usize = 64;
/// How long a batch takes in further writes.
const BATCH_OPEN_FOR: Duration = Duration::from_millis(20);
/// How long a write may wait for its turn.
const LONGEST_WAIT: Duration = Duration::from_millis(1500);

/// What a write did in its transaction, which is given back.
pub(super) struct Done {
    pub at: Transaction,
    pub outcome: Result<(Written, Changes)>,
}

/// A write: what it does in the transaction that it is given. It runs again in a new one if the
/// database rolls the first one back.
pub(super) type Work =
    Box<dyn Fn(Transaction) -> Pin<Box<dyn Future<Output = Done> + Send>> + Send + Sync>;

/// Takes writes to the database.
#[derive(Debug)]
pub(super) enum Writer {
    /// Each in a transaction of its own.
    SideBySide {
        database: Database,
        views: Arc<Views>,
        health: Arc<Health>,
        turns: Turns,
    },
    /// Those that wait at the same time in one.
    Together(mpsc::Sender<Job>),
}

/// A write on its way.
pub(super) struct Job {
    scope: Scope,
    work: Work,
    queued: Instant,
    tell: oneshot::Sender<Result<Written>>,
}

impl Writer {
    /// The writer that fits the database. It works in the background of the current runtime.
    pub fn new(database: Database, views: Arc<Views>, health: Arc<Health>) -> Self {
        if database.is_postgres() {
            let turns = Turns::new(database.at_once().writes);
            return Self::SideBySide {
                database,
                views,
                health,
                turns,
            };
        }
        let (sender, jobs) = mpsc::channel(LONGEST_QUEUE);
        let batches = Batches {
            database,
            views,
            health,
        };
        tokio::spawn(batches.write_together(jobs));
        Self::Together(sender)
    }

    /// Whether no more writes can wait.
    pub fn is_full(&self) -> bool {
        match self {
            Self::SideBySide { turns, .. } => turns.is_full(),
            Self::Together(jobs) => jobs.capacity() == 0,
        }
    }

    /// Makes a write. It goes on when nobody waits for its outcome any more.
    pub async fn write(&self, scope: Scope, work: Work) -> Result<Written> {
        let (tell, told) = oneshot::channel();
        match self {
            Self::SideBySide {
                database,
                views,
                health,
                turns,
            } => {
                let turn = turns.take().await?;
                let (database, views) = (database.clone(), views.clone());
                let health = health.clone();
                tokio::spawn(async move {
                    let _turn = turn;
                    let outcome = retry(|| write_alone(&database, &views, &scope, &work)).await;
                    if !outcome.as_ref().is_ok_and(|written| written.replayed) {
                        health.note_write(outcome.as_ref().err());
                    }
                    // Whoever asked may be gone.
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
    let at = database.transaction(scope).await?;
    let Done { at, outcome } = work(at).await;
    let (written, changes) = outcome?;
    if !written.replayed {
        let _fence = views.fence(scope, changes);
        at.commit().await?;
        views.counts.note_writes(1);
    }
    Ok(written)
}

/// What the writer of batches works with.
struct Batches {
    database: Database,
    views: Arc<Views>,
    health: Arc<Health>,
}

impl Batches {
    async fn write_together(self, mut jobs: mpsc::Receiver<Job>) {
        while let Some(first) = jobs.recv().await {
            let turn = AssertUnwindSafe(self.write_in_turn(first, &mut jobs));
            // A panic loses the writes of this batch, which nobody was told are durable, and no others.
            if turn.catch_unwind().await.is_err() {
                tracing::error!("writing a batch panicked");
            }
        }
    }

    async fn write_in_turn(&self, first: Job, jobs: &mut mpsc::Receiver<Job>) {
        match self.database.batch().await {
            Ok(batch) => self.write_batch(batch, first, jobs).await,
            Err(error) => {
                self.health.note_write(Some(&error));
                // Those behind would wait as long, for the same answer.
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
            if queued.elapsed() > LONGEST_WAIT {
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
            if outcomes.len() < LARGEST_BATCH && began.elapsed() < BATCH_OPEN_FOR {
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

    /// One write of a batch. The error is one that the batch does not survive.
    async fn write_in(
        &self,
        batch: &Batch,
        scope: Scope,
        work: &Work,
    ) -> Result<(Result<Written>, Option<Fence>)> {
        let at = batch.transaction(&scope).await?;
        let done = AssertUnwindSafe(work(at)).catch_unwind().await;
        let Done { at, outcome } = done.map_err(|_| Error::internal("a write panicked"))?;
        match outcome {
            Ok((written, changes)) if !written.replayed => {
                let fence = self.views.fence(at.scope(), changes);
                at.commit().await?;
                Ok((Ok(written), Some(fence)))
            }
            other => {
                if let Err(error) = &other {
                    self.health.note_write(Some(error));
                }
                // After some failures SQLite rolls back the whole transaction, and then this fails.
                at.roll_back().await?;
                Ok((other.map(|(written, _)| written), None))
            }
        }
    }
}

impl Job {
    fn answer(self, outcome: Result<Written>) {
        // Whoever asked may be gone.
        let _ = self.tell.send(outcome);
    }
}

/// Whom to tell what when the batch has ended.
type Outcomes = Vec<(oneshot::Sender<Result<Written>>, Result<Written>)>;

fn tell_all(outcomes: Outcomes, ended: Result<()>) {
    let why = ended.err().map(|error| error.to_string());
    for (tell, outcome) in outcomes {
        // A refusal may rest on a write of the batch, and be wrong without it.
        let outcome = match &why {
            Some(why) => Err(Error::unavailable(why.as_str())),
            None => outcome,
        };
        // Whoever asked may be gone.
        let _ = tell.send(outcome);
    }
}

#[cfg(test)]
mod tests;
