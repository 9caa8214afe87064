//! The lint over catalogs.

use std::collections::HashSet;

use super::app::App;
use super::blocking::blocking;
use super::past::{AtRevision, PastMoment};
use crate::domain::catalog::Catalog;
use crate::domain::change::{ObjectChange, ObjectType};
use crate::domain::id::PlanId;
pub use crate::domain::lint::PastRates;
use crate::domain::lint::{Finding, Severity, lint_catalog, lint_change};
use crate::domain::plan::{Plan, PlanRef};
use crate::domain::scope::Scope;
use crate::domain::timestamp::Timestamp;
use crate::domain::{OrNone, Result};
use crate::store::history::{self, Reach, past};
use crate::store::query::InScope;
use crate::store::tables::changes::LoggedObject;
use crate::store::tables::{plan as plans, plan_group as groups};
use crate::store::transaction::Transaction;
use crate::store::whole;

/// The age in days from which on a rate is stale.
const STALE_DAYS: i64 = 90;

/// The rates that the plans of a catalog had 90 days before a time, as far as the history tells.
///
/// # Errors
/// `Unavailable` or `Internal`.
pub(super) async fn past_rates(
    tx: &impl InScope,
    catalog: &Catalog,
    time: Timestamp,
) -> Result<PastRates> {
    let then = time.plus_days(-STALE_DAYS);
    let mut plans = catalog.plans.iter();
    if !plans.any(|plan| plan.created_at <= then && !plan.exchange_rates.is_empty()) {
        return Ok(PastRates::default());
    }
    let reach = history::reach(tx).await?;
    let plans = match reaches_back(tx, &reach, then).await? {
        true => {
            let revision = history::revision_at(tx, &reach, then).await?;
            past::all_plans(tx, revision).await?
        }
        // Of what the pruned history begins with, what was not written after that time.
        false => {
            let old = history::plans_not_written_after(tx, reach.start, then).await?;
            let mut plans = past::all_plans(tx, reach.start).await?;
            plans.retain(|plan| old.contains(plan.id.as_str()));
            plans
        }
    };
    let rates = plans.into_iter().map(|plan| (plan.id, plan.exchange_rates));
    Ok(rates.collect())
}

async fn reaches_back(tx: &impl InScope, reach: &Reach, then: Timestamp) -> Result<bool> {
    Ok(reach.start == 0 || then >= history::kept_since(tx, reach).await?)
}

impl App {
    /// What looks wrong in a catalog, as it is or as it was.
    ///
    /// # Errors
    /// Validation or `HistoryPruned` for a wrong moment; `Unavailable` or `Internal`.
    pub async fn findings(
        &self,
        scope: &Scope,
        moment: Option<PastMoment>,
        severity: Option<Severity>,
    ) -> Result<AtRevision<Vec<Finding>>> {
        let state = self.whole_at(scope, moment).await?;
        let catalog = state.found;
        let past = past_rates(&state.snapshot, &catalog, state.time).await?;
        let work = move || lint_catalog(&catalog, &past);
        let mut found = blocking(work).await?;
        found.retain(|finding| severity.is_none_or(|severity| finding.severity == severity));
        Ok(AtRevision {
            revision: state.revision,
            found,
        })
    }
}

/// What looks wrong in what a write changes, before it is committed or rolled back.
///
/// # Errors
/// `Unavailable` or `Internal`.
pub(super) async fn trial_findings(
    tx: &Transaction,
    objects: &[LoggedObject],
) -> Result<Vec<Finding>> {
    let changed: Vec<&ObjectChange> = objects
        .iter()
        .map(|object| &object.change)
        .filter(|change| change.object_type == ObjectType::Plan)
        .collect();
    let is_rate = |change: &&ObjectChange| {
        let mut fields = change.fields.iter();
        fields.any(|field| field.path.starts_with("exchangeRates["))
    };
    if changed.is_empty() {
        return Ok(Vec::new());
    }
    let (before, after) = match changed.iter().any(is_rate) {
        // A rate is compared with those of all other plans. The log does not have this write yet.
        true => {
            let before = whole::catalog(tx).await?;
            let after = done(tx, &before, &changed).await?;
            (before, after)
        }
        false => {
            let after = surroundings(tx, &changed).await?;
            (undone(tx, &after, &changed).await?, after)
        }
    };
    let past = past_rates(tx, &after, tx.now()).await?;
    blocking(move || lint_change(&before, &after, &past)).await
}

/// The plans that changed, with the groups that they are in.
async fn surroundings(tx: &Transaction, changed: &[&ObjectChange]) -> Result<Catalog> {
    let mut catalog = Catalog::default();
    for change in changed {
        let Some(plan) = find_plan(tx, change.id.as_deref().unwrap_or_default()).await? else {
            continue;
        };
        if let Some(id) = plan.plan_group_id.clone()
            && !catalog.groups.iter().any(|group| group.id == id)
        {
            let group = groups::find(tx, Some(&id)).await?;
            for member in groups::members(tx, &group).await? {
                if !catalog.plans.iter().any(|known| known.id == member.plan_id) {
                    catalog
                        .plans
                        .extend(find_plan(tx, member.plan_id.as_str()).await?);
                }
            }
            catalog.groups.push(group);
        }
        if !catalog.plans.iter().any(|known| known.id == plan.id) {
            catalog.plans.push(plan);
        }
    }
    catalog.plans.sort_by_key(|plan| plan.creation_order);
    Ok(catalog)
}

async fn find_plan(tx: &Transaction, id: &str) -> Result<Option<Plan>> {
    let id = PlanRef::Id(PlanId::from_row(id.to_owned()));
    plans::find(tx, Some(&id)).await.or_none()
}

/// A catalog with the plans that changed as they are after the write.
async fn done(tx: &Transaction, before: &Catalog, changed: &[&ObjectChange]) -> Result<Catalog> {
    let mut plans = Vec::new();
    for id in ids(changed) {
        plans.extend(find_plan(tx, id).await?);
    }
    Ok(with_others(before, changed, plans))
}

/// A catalog with the plans that changed as they were before the write, which the log knows.
async fn undone(tx: &Transaction, after: &Catalog, changed: &[&ObjectChange]) -> Result<Catalog> {
    let mut plans = Vec::new();
    for id in ids(changed) {
        plans.extend(past::plan_by_id(tx, id, tx.revision() - 1).await?);
    }
    Ok(with_others(after, changed, plans))
}

fn ids<'a>(changed: &'a [&ObjectChange]) -> impl Iterator<Item = &'a str> {
    changed.iter().filter_map(|change| change.id.as_deref())
}

/// A catalog with other plans in the place of those that changed.
fn with_others(catalog: &Catalog, changed: &[&ObjectChange], plans: Vec<Plan>) -> Catalog {
    let changed: HashSet<_> = ids(changed).collect();
    let mut catalog = catalog.clone();
    catalog
        .plans
        .retain(|plan| !changed.contains(plan.id.as_str()));
    catalog.plans.extend(plans);
    catalog.plans.sort_by_key(|plan| plan.creation_order);
    catalog
}
