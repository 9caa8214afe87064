//! The one way in for changes.

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

/// A change of the catalog. It can be executed again: if the database rolls a transaction back because of
/// a conflict, the same command runs in a new one.
pub trait Command: Clone + Send + Sync + 'static {
    /// What the caller is told about.
    type Outcome: Send;

    /// Makes the change in the transaction of the write, starting from what it reads there; what it
    /// refuses changes nothing.
    fn execute(
        self,
        at: &Transaction,
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

/// What a write carries beside its command.
#[derive(Debug, Clone, Default)]
pub struct WriteContext {
    /// The call that it is, where it may come again.
    pub idempotent: Option<IdempotentCall>,
    /// What has to hold for it to be made.
    pub precondition: Option<Precondition>,
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

impl App {
    /// Makes a change in one transaction with the scope's revision and, for an idempotent call,
    /// the record of its answer. Such a call that comes again gets the answer it got before.
    ///
    /// It goes on when the caller does not wait for it any more.
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
        let work = move |at: Transaction| {
            let (context, command, answer) = (context.clone(), command.clone(), answer.clone());
            let work = async move {
                let outcome = perform(&at, context, command, answer).await;
                Done { at, outcome }
            };
            Box::pin(work) as _
        };
        self.writer.write(scope.clone(), Box::new(work)).await
    }
}

async fn perform<C: Command>(
    at: &Transaction,
    context: WriteContext,
    command: C,
    answer: impl FnOnce(&C::Outcome, &Scope) -> Result<Answer>,
) -> Result<(Written, Changes)> {
    let WriteContext {
        idempotent,
        precondition,
    } = context;
    if let Some(call) = &idempotent
        && let Some(body) = at.recall(call).await?
    {
        let written = Written {
            body,
            replayed: true,
        };
        return Ok((written, Changes::NONE));
    }
    let failure = match &precondition {
        Some(precondition) => precondition.failure(at).await?,
        None => None,
    };
    let changed = weigh(command.execute(at, at.now()).await, failure)?;
    let (outcome, changes) = changed.into_parts();
    let Answer { body, kept } = answer(&outcome, at.scope())?;
    if let Some(call) = &idempotent {
        let kept = kept.unwrap_or_else(|| body.clone());
        at.remember(call, kept).await?;
    }
    let written = Written {
        body,
        replayed: false,
    };
    Ok((written, changes))
}
