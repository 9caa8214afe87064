//! The plans that a document leads to.

use std::collections::HashMap;

use super::Reading;
use super::plan;
use crate::domain::changeset::include::Section;
use crate::domain::changeset::proposal::Prune;
use crate::domain::document::PlanEntry;
use crate::domain::error::Violations;
use crate::domain::feature::Feature;
use crate::domain::id::PlanId;
use crate::domain::plan::Plan;
use crate::domain::text::Code;
use crate::domain::timestamp::Timestamp;

/// The features that plans can have, by code.
pub(super) type Features<'a> = HashMap<&'a Code, &'a Feature>;

pub(super) fn propose(
    current: &[Plan],
    entries: Option<&[PlanEntry]>,
    features: &Features<'_>,
    reading: Reading<'_>,
    violations: &mut Violations,
) -> Vec<Plan> {
    let Some(entries) = entries else {
        return current.to_vec();
    };
    let mut named: HashMap<_, _> = entries.iter().map(|entry| (&entry.code, entry)).collect();
    let mut after = Vec::with_capacity(current.len());
    for plan in current {
        match named.remove(&plan.code) {
            Some(entry) => after.push(plan::changed(plan, entry, features, reading, violations)),
            None if is_deleted(plan, reading) => {}
            None => after.push(plan.clone()),
        }
    }
    let mut creation_order = reading.moment.next_creation_order;
    for entry in entries {
        if named.contains_key(&entry.code) {
            let created = plan::created(entry, creation_order, features, reading, violations);
            creation_order += 1;
            after.extend(created);
        }
    }
    after
}

fn is_deleted(plan: &Plan, reading: Reading<'_>) -> bool {
    reading.prune == Prune::All && reading.inclusion.has(Section::Plans, plan.code.as_str())
}

/// Sets when plans were updated: those of which an own field changed.
pub(super) fn set_times(before: &[Plan], after: &mut [Plan], now: Timestamp) {
    let before: HashMap<&PlanId, &Plan> = before.iter().map(|plan| (&plan.id, plan)).collect();
    for plan in after {
        if before
            .get(&plan.id)
            .is_some_and(|old| has_new_field(old, plan))
        {
            plan.updated_at = now;
        }
    }
}

fn has_new_field(old: &Plan, new: &Plan) -> bool {
    let Plan {
        id: _,
        code: _,
        name,
        description,
        consumption_model: _,
        is_public,
        is_default,
        is_free: _,
        block_on_exhaustion,
        sort_order,
        creation_order: _,
        plan_group_id,
        metadata,
        created_at: _,
        updated_at: _,
        deleted_at: _,
        features: _,
        prices: _,
        exchange_rates: _,
    } = new;
    old.name != *name
        || old.description != *description
        || old.is_public != *is_public
        || old.is_default != *is_default
        || old.block_on_exhaustion != *block_on_exhaustion
        || old.sort_order != *sort_order
        || old.plan_group_id != *plan_group_id
        || old.metadata.as_ref().map(|data| data.as_json())
            != metadata.as_ref().map(|data| data.as_json())
}
