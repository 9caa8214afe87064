//! The one way in for changes.

use std::future::Future;

use super::app::{self, App};
use super::writer::Done;
use crate::domain::Result;
use crate::domain::idempotency::IdempotentCall;
use crate::domain::scope::Scope;
use crate::domain::timestamp::Timestamp;
use crate::store::transaction::{InScope, Transaction};

/// A change of the catalog.
pub trait Command: Send + 'static {
    /// What the caller is told about.
    type Outcome: Send;

    /// Makes the change in the transaction of the write; what it refuses changes nothing.
    fn execute(
        self,
        at: &Transaction,
        now: Timestamp,
    ) -> impl Future<Output = Result<Self::Outcome>> + Send;
}

/// The body of the answer to a write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// What is sent now.
    pub body: String,
    /// What is kept for a call that comes again, where that differs: it has no secrets.
    pub kept: Option<String>,
}

impl From<String> for Answer {
    fn from(body: String) -> Self {
        Self { body, kept: None }
    }
}

/// A write that is durable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The body of the answer.
    pub body: String,
    /// Whether this is the answer of an earlier call with the same idempotency key.
    pub replayed: bool,
}

impl App {
    /// Makes a change in one transaction with the scope's revision and, for an idempotent call,
    /// the record of its answer. Such a call that comes again gets the answer it got before.
    ///
    /// It goes on when the caller does not wait for it any more.
    ///
    /// # Errors
    /// What the command refuses; `IdempotencyKeyMismatch`; `Unavailable` or `Internal`.
    pub async fn write<C: Command>(
        &self,
        scope: &Scope,
        call: Option<IdempotentCall>,
        command: C,
        answer: impl FnOnce(&C::Outcome, &Scope) -> Result<Answer> + Send + 'static,
    ) -> Result<Written> {
        let work = |at: Transaction| async move {
            let outcome = perform(&at, call, command, answer).await;
            Done { at, outcome }
        };
        let work = Box::new(|at| Box::pin(work(at)) as _);
        let written = self.writer.write(scope.clone(), work).await;
        self.health.note_write(written.as_ref().err());
        written
    }
}

async fn perform<C: Command>(
    at: &Transaction,
    call: Option<IdempotentCall>,
    command: C,
    answer: impl FnOnce(&C::Outcome, &Scope) -> Result<Answer>,
) -> Result<Written> {
    // The clock is read behind the lock, so that times follow the order of writes.
    let now = app::now();
    if let Some(call) = &call
        && let Some(body) = at.recall(call, now).await?
    {
        return Ok(Written {
            body,
            replayed: true,
        });
    }
    let outcome = command.execute(at, now).await?;
    let Answer { body, kept } = answer(&outcome, at.scope())?;
    if let Some(call) = &call {
        let kept = kept.unwrap_or_else(|| body.clone());
        at.remember(call, kept, now).await?;
    }
    Ok(Written {
        body,
        replayed: false,
    })
}
