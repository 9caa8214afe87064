//! Saving the catalog that a changeset leads to.

use std::collections::HashMap;

use super::compute::Outcome;
use crate::domain::catalog::Catalog;
use crate::domain::change::ObjectChange;
use crate::domain::feature::Feature;
use crate::domain::id::{FeatureId, PlanId};
use crate::domain::plan::{Plan, PlanRef};
use crate::domain::timestamp::Timestamp;
use crate::domain::{OrNone, Result};
use crate::store::tables::changes::Changes;
use crate::store::tables::plan as plans;
use crate::store::transaction::Transaction;

/// Saves what differs, in the order in which objects need each other.
///
/// # Errors
/// `Unavailable` or `Internal`.
pub(super) async fn save(
    tx: &Transaction,
    before: &Catalog,
    outcome: &Outcome,
    now: Timestamp,
) -> Result<Changes> {
    let after = &outcome.after;
    let mut saved = Vec::new();
    save_features(tx, before, after, &mut saved).await?;
    save_groups(tx, before, after, &mut saved).await?;
    save_plans(tx, before, after, now, &mut saved).await?;
    for group in &before.groups {
        if !after.groups.iter().any(|kept| kept.id == group.id) {
            saved.push(tx.delete_plan_group(group).await?);
        }
    }
    for feature in &before.features {
        if !after.features.iter().any(|kept| kept.id == feature.id) {
            saved.push(tx.delete_feature(feature, now).await?);
        }
    }
    Ok(logged(saved, &outcome.changes))
}

/// Whether the plans that change are in their tables as they are in the log. Whatever was written beside
/// this program must not be overwritten.
///
/// # Errors
/// `Unavailable` or `Internal`.
pub(super) async fn is_as_stored(
    tx: &Transaction,
    before: &Catalog,
    after: &Catalog,
) -> Result<bool> {
    let new = after.plans_by_id();
    let features = before.features.iter().map(|it| (&it.id, it)).collect();
    for plan in &before.plans {
        if new.get(&plan.id).is_some_and(|same| *same == plan) {
            continue;
        }
        let id = PlanRef::Id(plan.id.clone());
        let stored = plans::find(tx, Some(&id)).await.or_none()?;
        let is_same = |stored| with_features(stored, &features) == with_features(plan, &features);
        if !stored.as_ref().is_some_and(is_same) {
            return Ok(false);
        }
    }
    Ok(true)
}

async fn save_features(
    tx: &Transaction,
    before: &Catalog,
    after: &Catalog,
    saved: &mut Vec<Changes>,
) -> Result<()> {
    let old: HashMap<_, _> = before.features.iter().map(|it| (&it.id, it)).collect();
    for feature in &after.features {
        match old.get(&feature.id) {
            Some(old) if *old == feature => {}
            Some(old) => saved.push(tx.update_feature(old, feature).await?),
            None => saved.push(tx.insert_feature(feature).await?),
        }
    }
    Ok(())
}

async fn save_groups(
    tx: &Transaction,
    before: &Catalog,
    after: &Catalog,
    saved: &mut Vec<Changes>,
) -> Result<()> {
    let old: HashMap<_, _> = before.groups.iter().map(|it| (&it.id, it)).collect();
    for group in &after.groups {
        match old.get(&group.id) {
            Some(old) if *old == group => {}
            Some(old) => saved.push(tx.update_plan_group(old, group).await?),
            None => saved.push(tx.insert_plan_group(group).await?),
        }
    }
    Ok(())
}

/// A plan before and after.
type Step<'a> = (&'a Plan, Plan);

async fn save_plans(
    tx: &Transaction,
    before: &Catalog,
    after: &Catalog,
    now: Timestamp,
    saved: &mut Vec<Changes>,
) -> Result<()> {
    let new = after.plans_by_id();
    let mut steps: Vec<Step<'_>> = Vec::new();
    for plan in &before.plans {
        match new.get(&plan.id) {
            Some(same) if *same == plan => {}
            Some(changed) => steps.push((plan, (*changed).clone())),
            None => steps.push((plan, deleted(plan, now))),
        }
    }
    // No two plans are the default at a time.
    steps.sort_by_key(|(old, new)| !old.is_default || new.is_default);
    let features: HashMap<&FeatureId, &Feature> =
        after.features.iter().map(|it| (&it.id, it)).collect();
    for (old, new) in steps {
        // A renamed feature is no change of the plans that have it.
        let (old, new) = (
            with_features(old, &features),
            with_features(&new, &features),
        );
        saved.push(tx.save_plan(&old, &new).await?);
    }
    let old: HashMap<&PlanId, &Plan> = before.plans_by_id();
    for plan in &after.plans {
        if !old.contains_key(&plan.id) {
            saved.push(insert(tx, plan).await?);
        }
    }
    Ok(())
}

fn deleted(plan: &Plan, now: Timestamp) -> Plan {
    let mut plan = plan.clone();
    plan.delete(now);
    plan
}

fn with_features(plan: &Plan, features: &HashMap<&FeatureId, &Feature>) -> Plan {
    let mut plan = plan.clone();
    for item in &mut plan.features {
        if let Some(feature) = features.get(&item.feature.id) {
            item.feature = (*feature).clone();
        }
    }
    plan
}

/// Inserts a plan, then its parts.
async fn insert(tx: &Transaction, plan: &Plan) -> Result<Changes> {
    let bare = Plan {
        features: Vec::new(),
        prices: Vec::new(),
        exchange_rates: Vec::new(),
        ..plan.clone()
    };
    let inserted = tx.insert_plan(&bare).await?;
    Ok(inserted.and(tx.save_plan(&bare, plan).await?))
}

/// All changes as one, each object with what the changeset says of it.
fn logged(saved: Vec<Changes>, changes: &[ObjectChange]) -> Changes {
    let said = changes.iter().enumerate();
    let said: HashMap<Option<String>, _> = said
        .map(|(place, change)| (change.id.clone(), (place, change)))
        .collect();
    let mut all = Changes::NONE;
    let mut placed = Vec::new();
    for changes in saved {
        all.plans.extend(changes.plans);
        for mut object in changes.objects {
            // What nobody is shown is no change.
            if let Some((place, change)) = said.get(&object.change.id) {
                object.change = (*change).clone();
                placed.push((*place, object));
            }
        }
    }
    placed.sort_by_key(|(place, _)| *place);
    all.objects = placed.into_iter().map(|(_, object)| object).collect();
    all
}
