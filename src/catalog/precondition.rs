//! Writes that are made only if their target is still as the client saw it.

use crate::cache::ready::tag_of;
use crate::domain::change::NamedChanges;
use crate::domain::error::StaleTag;
use crate::domain::feature::{Feature, FeatureRef};
use crate::domain::id::PlanGroupId;
use crate::domain::permission::{Resource, Rights};
use crate::domain::plan::{Plan, PlanRef};
use crate::domain::plan_group::PlanGroupWithPlans;
use crate::domain::scope::Scope;
use crate::domain::{Error, Result};
use crate::store::history::{self, LogPage};
use crate::store::query::InScope;
use crate::store::tables::{feature as features, plan as plans, plan_group as groups};
use crate::store::transaction::Transaction;

/// Maximum number of changes that the refusal of a write names.
const MAX_CHANGES: u64 = 10;

/// The target that the path of a write names; `None` for a text that can name none of its kind.
#[derive(Debug, Clone)]
pub enum Target {
    /// A plan, or something in it.
    Plan(Option<PlanRef>),
    /// A feature.
    Feature(Option<FeatureRef>),
    /// A plan group, or a plan in it.
    PlanGroup(Option<PlanGroupId>),
}

/// The target, as a GET shows it.
#[derive(Debug)]
pub enum Shown {
    /// A plan.
    Plan(Box<Plan>),
    /// A feature.
    Feature(Feature),
    /// A plan group.
    PlanGroup(PlanGroupWithPlans),
}

/// The states of the target that the client allows (RFC 9110, 13.1.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IfMatch {
    /// Any: the target exists.
    Any,
    /// Those whose GET has one of these entity tags, with their quotes and without the content coding.
    Tags(Vec<String>),
}

/// The condition of a write.
#[derive(Debug, Clone)]
pub struct Precondition {
    /// The target.
    pub target: Target,
    /// The states that the client allows.
    pub if_match: IfMatch,
    /// Writes the body of the answer to a GET of the target.
    pub body: fn(Shown, &Scope) -> Result<String>,
}

impl Precondition {
    /// The target's current tag, if the client does not allow it. Must be called before the write
    /// changes anything.
    ///
    /// # Errors
    /// The target does not exist; `Unavailable` or `Internal`.
    pub(super) async fn failure(
        &self,
        tx: &Transaction,
        rights: &Rights,
    ) -> Result<Option<StaleTag>> {
        let shown = self.target.read(tx).await?;
        let IfMatch::Tags(allowed) = &self.if_match else {
            return Ok(None);
        };
        let ids = shown.ids();
        let body = (self.body)(shown, tx.scope())?;
        let etag = tag_of(body.as_bytes(), None);
        let etag = String::from_utf8_lossy(&etag).into_owned();
        if allowed.contains(&etag) {
            return Ok(None);
        }
        Ok(Some(StaleTag {
            etag,
            revision: tx.revision() - 1,
            changes: newest_changes(tx, rights, ids).await?,
        }))
    }
}

impl Shown {
    /// The ids of everything that a GET shows.
    fn ids(&self) -> Vec<String> {
        match self {
            Self::Plan(plan) => {
                let features = plan.features.iter().map(|item| item.feature.id.to_string());
                [plan.id.to_string()].into_iter().chain(features).collect()
            }
            Self::Feature(feature) => vec![feature.id.to_string()],
            Self::PlanGroup(group) => {
                let plans = group.plans.iter().map(|plan| plan.plan_id.to_string());
                [group.group.id.to_string()]
                    .into_iter()
                    .chain(plans)
                    .collect()
            }
        }
    }
}

/// The newest changes of objects, for callers that may read the history.
async fn newest_changes(
    tx: &Transaction,
    rights: &Rights,
    ids: Vec<String>,
) -> Result<NamedChanges> {
    let mode = tx.scope().mode;
    if !rights.may_read(Resource::History) {
        return Ok(NamedChanges::none(mode));
    }
    let reach = history::reach(tx).await?;
    let newest = history::changes_of(tx, &reach, (None, ids), LogPage::Before(None), MAX_CHANGES);
    let changes = newest.await?;
    Ok(NamedChanges { changes, mode })
}

impl Target {
    async fn read(&self, tx: &Transaction) -> Result<Shown> {
        Ok(match self {
            Self::Plan(plan) => Shown::Plan(Box::new(plans::find(tx, plan.as_ref()).await?)),
            Self::Feature(feature) => Shown::Feature(features::find(tx, feature.as_ref()).await?),
            Self::PlanGroup(id) => {
                let group = groups::find(tx, id.as_ref()).await?;
                Shown::PlanGroup(groups::with_plans(tx, group).await?)
            }
        })
    }
}

/// The outcome of a command, given the failure of its precondition. A missing target or reference
/// is refused first, then a failed precondition, then a broken rule.
pub(super) fn weigh<T>(outcome: Result<T>, failure: Option<StaleTag>) -> Result<T> {
    match (outcome, failure) {
        (Err(error), Some(_)) if error.is_not_found() || error.is_failure() => Err(error),
        (_, Some(failure)) => Err(Error::PreconditionFailed(failure)),
        (outcome, None) => outcome,
    }
}
