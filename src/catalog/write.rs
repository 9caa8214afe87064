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

/// A change of the catalog. If the database rolls its transaction back because of a conflict, the command
/// is executed again in a new one.
pub trait Command: Clone + Send + Sync + 'static {
    /// The result for the caller.
    type Outcome: Send;

    /// Makes the change in the transaction of the write, starting from what it reads there. An error
    /// changes nothing.
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
    /// An outcome after changes that were made.
    pub fn new(outcome: T, changes: Changes) -> Self {
        Self { outcome, changes }
    }

    /// An outcome after which everything that caches hold is still right.
    pub fn nothing(outcome: T) -> Self {
        Self::new(outcome, Changes::NONE)
    }

    /// Both of them.
    pub fn into_parts(self) -> (T, Changes) {
        (self.outcome, self.changes)
    }

    /// Another outcome of the same changes.
    pub fn map<U>(self, to: impl FnOnce(T) -> U) -> Changed<U> {
        Changed::new(to(self.outcome), self.changes)
    }
}

/// The headers of a write.
#[derive(Debug, Clone, Default)]
pub struct WriteContext {
    /// The idempotent call that it is, if it is one.
    pub idempotent: Option<IdempotentCall>,
    /// The condition under which it is made.
    pub precondition: Option<Precondition>,
}

/// The body of the answer to a write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The body that is sent now.
    pub body: String,
    /// The body for a repeated call, where that differs: it has no secrets.
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
    /// The write goes on when the caller stops waiting.
    ///
    /// # Errors
    /// What the command refuses; `IdempotencyKeyMismatch`; `PreconditionFailed`; `Unavailable` or
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
