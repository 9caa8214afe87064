//! Commands, and how they are executed.

use std::future::Future;

use super::app::App;
use super::precondition::{Precondition, weigh};
use super::writer::Done;
pub use super::written::Written;
use crate::domain::Result;
use crate::domain::idempotency::IdempotentCall;
use crate::domain::scope::Scope;
use crate::domain::timestamp::Timestamp;
use crate::store::query::InScope;
use crate::store::tables::changes::Changes;
use crate::store::transaction::Transaction;

/// A change to the catalog. If the database rolls its transaction back because of a conflict, the
/// command is executed again in a new one.
pub trait Command: Clone + Send + Sync + 'static {
    /// The result for the caller.
    type Outcome: Send;

    /// Makes the change in the transaction of the write, based only on what that transaction reads.
    /// A command that fails changes nothing.
    fn execute(
        self,
        tx: &Transaction,
        now: Timestamp,
    ) -> impl Future<Output = Result<Changed<Self::Outcome>>> + Send;
}

/// The outcome of a command, with the changes that it made.
#[derive(Debug)]
#[must_use]
pub struct Changed<T> {
    outcome: T,
    changes: Changes,
}

impl<T> Changed<T> {
    /// An outcome with the changes that were made.
    pub fn new(outcome: T, changes: Changes) -> Self {
        Self { outcome, changes }
    }

    /// An outcome that invalidates no cached answer.
    pub fn nothing(outcome: T) -> Self {
        Self::new(outcome, Changes::NONE)
    }

    /// The outcome and the changes.
    pub fn into_parts(self) -> (T, Changes) {
        (self.outcome, self.changes)
    }

    /// Replaces the outcome and keeps the changes.
    pub fn map<U>(self, to: impl FnOnce(T) -> U) -> Changed<U> {
        Changed::new(to(self.outcome), self.changes)
    }
}

/// The headers of a write.
#[derive(Debug, Clone, Default)]
pub struct WriteContext {
    /// The idempotent call, if the client sent a key for one.
    pub idempotent: Option<IdempotentCall>,
    /// The condition of the write, if there is one.
    pub precondition: Option<Precondition>,
}

/// The body of the answer to a write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The body to send now.
    pub body: String,
    /// The body to keep for a repeated call, if it differs: it contains no secret.
    pub kept: Option<String>,
}

impl From<String> for Answer {
    fn from(body: String) -> Self {
        Self { body, kept: None }
    }
}

impl App {
    /// Executes a command in one transaction with the scope's revision and, for an idempotent call,
    /// the record of its answer. A repeated idempotent call gets the recorded answer.
    ///
    /// Once the write has begun, it continues even if the caller stops waiting.
    ///
    /// # Errors
    /// The errors of the command; `IdempotencyKeyMismatch`; `PreconditionFailed`; `Unavailable` or
    /// `Internal`.
    pub async fn write<C: Command>(
        &self,
        scope: &Scope,
        context: WriteContext,
        command: C,
        answer: impl Fn(&C::Outcome, &Scope) -> Result<Answer> + Clone + Send + Sync + 'static,
    ) -> Result<Written> {
        let work = move |tx: Transaction| {
            let (context, command, answer) = (context.clone(), command.clone(), answer.clone());
            let work = async move {
                let outcome = perform(&tx, context, command, answer).await;
                Done { tx, outcome }
            };
            Box::pin(work) as _
        };
        self.writer.write(scope.clone(), Box::new(work)).await
    }
}

async fn perform<C: Command>(
    tx: &Transaction,
    context: WriteContext,
    command: C,
    answer: impl FnOnce(&C::Outcome, &Scope) -> Result<Answer>,
) -> Result<(Written, Changes)> {
    let WriteContext {
        idempotent,
        precondition,
    } = context;
    if let Some(call) = &idempotent
        && let Some(body) = tx.recall(call).await?
    {
        let written = Written {
            body,
            replayed: true,
        };
        return Ok((written, Changes::NONE));
    }
    let failure = match &precondition {
        Some(precondition) => precondition.failure(tx).await?,
        None => None,
    };
    let changed = weigh(command.execute(tx, tx.now()).await, failure)?;
    let (outcome, changes) = changed.into_parts();
    let Answer { body, kept } = answer(&outcome, tx.scope())?;
    if let Some(call) = &idempotent {
        let kept = kept.unwrap_or_else(|| body.clone());
        tx.remember(call, kept).await?;
    }
    let written = Written {
        body,
        replayed: false,
    };
    Ok((written, changes))
}
