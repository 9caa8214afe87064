//! What was found in a catalog, by object.

use std::collections::HashMap;

use super::finding::Finding;
use super::found::Found;
use super::leaf_order::LeafOrder;
use crate::domain::catalog::Catalog;
use crate::domain::change::HasLeaves;
use crate::domain::id::{PlanGroupId, PlanId};
use crate::domain::plan::Plan;
use crate::domain::plan_group::PlanGroup;

/// What was found in a catalog, by object.
#[derive(Default)]
pub(super) struct Report<'a> {
    plans: HashMap<&'a PlanId, Vec<Found>>,
    groups: HashMap<&'a PlanGroupId, Vec<Found>>,
}

impl<'a> Report<'a> {
    /// Adds what was found in a plan.
    pub fn add_to_plan(&mut self, plan: &'a Plan, found: impl IntoIterator<Item = Found>) {
        let mut found = found.into_iter().peekable();
        if found.peek().is_some() {
            self.plans.entry(&plan.id).or_default().extend(found);
        }
    }

    /// Adds what was found in a group.
    pub fn add_to_group(&mut self, group: &'a PlanGroup, found: impl IntoIterator<Item = Found>) {
        let mut found = found.into_iter().peekable();
        if found.peek().is_some() {
            self.groups.entry(&group.id).or_default().extend(found);
        }
    }

    /// Whether nothing was found.
    pub fn is_empty(&self) -> bool {
        self.plans.is_empty() && self.groups.is_empty()
    }

    /// The plans in which something was found.
    pub fn plans(&self) -> impl Iterator<Item = &'a PlanId> {
        self.plans.keys().copied()
    }

    /// Adds what another report has, after what this one has.
    pub fn append(&mut self, other: Self) {
        for (id, found) in other.plans {
            self.plans.entry(id).or_default().extend(found);
        }
        for (id, found) in other.groups {
            self.groups.entry(id).or_default().extend(found);
        }
    }

    /// Drops what another report has just the same.
    pub fn drop_known(&mut self, known: &Report<'_>) {
        for (id, found) in &mut self.plans {
            drop_known(found, known.plans.get(id));
        }
        for (id, found) in &mut self.groups {
            drop_known(found, known.groups.get(id));
        }
    }

    /// The findings: plans and then groups, each in the order of the catalog, and one finding for
    /// each value.
    pub fn into_findings(mut self, catalog: &Catalog) -> Vec<Finding> {
        let mut findings = Vec::new();
        for plan in &catalog.plans {
            if let Some(found) = self.plans.remove(&plan.id) {
                let object = plan.object();
                let found = gravest_of_plan(plan, found).into_iter();
                findings.extend(found.map(|found| found.in_object(&object)));
            }
        }
        for group in &catalog.groups {
            if let Some(found) = self.groups.remove(&group.id) {
                let object = group.object();
                findings.extend(found.into_iter().map(|found| found.in_object(&object)));
            }
        }
        findings
    }
}

fn drop_known(found: &mut Vec<Found>, known: Option<&Vec<Found>>) {
    let known = known.into_iter().flatten();
    let known: HashMap<_, _> = known.map(|one| ((one.rule, &one.path), one)).collect();
    found.retain(|one| {
        let same = known.get(&(one.rule, &one.path));
        !same.is_some_and(|same| same.has_values_of(one))
    });
}

/// The gravest of each value, in the order of the plan's values. Of the same rule, the first that
/// was found.
fn gravest_of_plan(plan: &Plan, mut found: Vec<Found>) -> Vec<Found> {
    if found.len() > 1 {
        let order = LeafOrder::of(plan);
        let key = |one: &Found| (order.position(&one.path), one.rule.severity(), one.rule);
        found.sort_by_cached_key(key);
        found.dedup_by(|later, first| later.path == first.path);
    }
    found
}
