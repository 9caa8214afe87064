//! Commands, and how they are executed.

use std::future::Future;

use super::app::App;
use super::lint::trial_findings;
use super::precondition::{Precondition, weigh};
use super::writer::Done;
pub use super::written::{Fate, Written};
use crate::domain::Result;
use crate::domain::change::{ObjectChange, ObjectType, Origin};
use crate::domain::idempotency::IdempotentCall;
use crate::domain::lint::Finding;
use crate::domain::permission::{Resource, Rights};
use crate::domain::scope::Scope;
use crate::domain::timestamp::Timestamp;
use crate::store::history::Log;
use crate::store::query::InScope;
use crate::store::tables::changes::{Changes, LoggedObject};
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

    /// An outcome without a change.
    pub fn nothing(outcome: T) -> Self {
        Self::new(outcome, Changes::NONE)
    }

    /// The outcome and the changes.
    pub fn into_parts(self) -> (T, Changes) {
        (self.outcome, self.changes)
    }

    /// Logs as asked for only the part of the object at a path, such as `prices[monthly]`. The rest
    /// followed from it.
    pub fn asked_for(self, path: impl FnOnce(&T) -> String) -> Self {
        let path = path(&self.outcome);
        let changes = self
            .changes
            .logged_as(|change| change.asked_for_part(&path));
        Self::new(self.outcome, changes)
    }

    /// Replaces the outcome and keeps the changes.
    pub fn map<U>(self, to: impl FnOnce(T) -> U) -> Changed<U> {
        Changed::new(to(self.outcome), self.changes)
    }
}

/// Where a write comes from, and its conditions.
#[derive(Debug, Clone)]
pub struct WriteContext {
    /// Who makes the write, by which call, and why.
    pub origin: Origin,
    /// What the caller may do.
    pub rights: Rights,
    /// The idempotent call, if the client sent a key for one.
    pub idempotent: Option<IdempotentCall>,
    /// The condition of the write, if there is one.
    pub precondition: Option<Precondition>,
    /// The dry run, if the write is only to be tried.
    pub dry_run: Option<DryRun>,
}

/// A write that is carried out and rolled back.
#[derive(Debug, Clone)]
pub struct DryRun {
    /// Adds what the write would change, in the order given, to the body of its answer.
    pub body: fn(&str, Trial) -> Result<String>,
}

/// What a dry run found.
#[derive(Debug)]
pub struct Trial {
    /// The revision that the write was tried on.
    pub revision: i64,
    /// What it would change, as far as the caller may read it.
    pub changes: Vec<ObjectChange>,
    /// What looks wrong in that, as far as the caller may read it.
    pub findings: Vec<Finding>,
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
        origin,
        rights,
        idempotent,
        precondition,
        dry_run,
    } = context;
    // A dry run neither reads nor writes the records of idempotent calls.
    let idempotent = idempotent.filter(|_| dry_run.is_none());
    if let Some(call) = &idempotent
        && let Some(body) = tx.recall(call).await?
    {
        let fate = Fate::Replayed;
        return Ok((Written { body, fate }, Changes::NONE));
    }
    let log = Log::open(tx).await?;
    let failure = match &precondition {
        Some(precondition) => precondition.failure(tx, &rights).await?,
        None => None,
    };
    let changed = weigh(command.execute(tx, tx.now()).await, failure)?;
    let (outcome, mut changes) = changed.into_parts();
    let answer = answer(&outcome, tx.scope())?;
    let objects = std::mem::take(&mut changes.objects);
    let note = origin.note.clone().or(changes.note.take());
    let origin = Origin { note, ..origin };
    if let Some(dry_run) = dry_run {
        let body = try_out(tx, &rights, dry_run, answer, &objects).await?;
        log.close(&origin, changes.reverts, objects).await?;
        let fate = Fate::Tried;
        return Ok((Written { body, fate }, Changes::NONE));
    }
    log.close(&origin, changes.reverts, objects).await?;
    let Answer { body, kept } = answer;
    if let Some(call) = &idempotent {
        let kept = kept.unwrap_or_else(|| body.clone());
        tx.remember(call, kept).await?;
    }
    let fate = Fate::Made;
    Ok((Written { body, fate }, changes))
}

/// The body of the answer to a dry run. It has no secret, since nothing would open with it.
async fn try_out(
    tx: &Transaction,
    rights: &Rights,
    dry_run: DryRun,
    answer: Answer,
    objects: &[LoggedObject],
) -> Result<String> {
    let DryRun { body } = dry_run;
    let changes = objects.iter().map(|object| &object.change);
    let is_readable = |object_type: ObjectType| {
        rights.may_read(object_type.resource())
            || rights.may_read(Resource::Catalog) && object_type.is_in_catalog()
    };
    let readable = changes.filter(|change| is_readable(change.object_type));
    let readable: Vec<_> = readable.cloned().collect();
    let mut findings = trial_findings(tx, objects).await?;
    findings.retain(|finding| is_readable(finding.object_type));
    let trial = Trial {
        revision: tx.revision() - 1,
        changes: readable,
        findings,
    };
    body(&answer.kept.unwrap_or(answer.body), trial)
}
