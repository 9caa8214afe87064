//! Linting a change of a catalog.

use std::collections::{HashMap, HashSet};

use super::catalog::{State, Wanted};
use super::finding::{Finding, PastRates};
use super::ignoring::Ignoring;
use super::moved;
use super::report::Report;
use crate::domain::catalog::Catalog;
use crate::domain::id::PlanGroupId;
use crate::domain::plan::Plan;

/// Finds what a change makes look wrong: in the plans that it changes and in their groups, without
/// what looked just the same before. Objects that the change makes have no id yet. A plan switches
/// off rules by what it had before the change.
pub fn lint_change(before: &Catalog, after: &Catalog, past: &PastRates) -> Vec<Finding> {
    let changed = Changed::between(before, after);
    if changed.plans.is_empty() && changed.groups.is_empty() {
        return Vec::new();
    }
    let ignoring = Ignoring::in_catalog(before);
    let mut state = State::new(after, past, &ignoring).report(&changed.wanted());
    if !state.is_empty() {
        // Only what is found now can have been found before.
        let wanted = Wanted::Only {
            plans: state.plans().collect(),
            groups: changed.groups.clone(),
        };
        let known = State::new(before, past, &ignoring).report(&wanted);
        state.drop_known(&known);
    }
    let mut report = changed.moved(&ignoring);
    report.append(state);
    let mut findings = report.into_findings(after);
    forget_new_ids(&mut findings, before);
    findings
}

/// What differs between two states of a catalog.
struct Changed<'a> {
    /// The plans that are there after the change, with what they were before.
    plans: Vec<(Option<&'a Plan>, &'a Plan)>,
    /// The groups, and those that plans are or were in.
    groups: HashSet<&'a PlanGroupId>,
}

impl<'a> Changed<'a> {
    fn between(before: &'a Catalog, after: &'a Catalog) -> Self {
        let mut old = before.plans_by_id();
        let mut plans = Vec::new();
        for plan in &after.plans {
            let was = old.remove(&plan.id);
            if was != Some(plan) {
                plans.push((was, plan));
            }
        }
        let mut groups = changed_groups(before, after);
        let changed = plans.iter().flat_map(|(was, plan)| [*was, Some(*plan)]);
        let deleted = old.into_values().map(Some);
        let all = changed.chain(deleted).flatten();
        groups.extend(all.filter_map(|plan| plan.plan_group_id.as_ref()));
        Self { plans, groups }
    }

    fn wanted(&self) -> Wanted<'a> {
        Wanted::Only {
            plans: self.plans.iter().map(|(_, plan)| &plan.id).collect(),
            groups: self.groups.clone(),
        }
    }

    /// What is found about the change itself.
    fn moved(&self, ignoring: &Ignoring<'_>) -> Report<'a> {
        let mut report = Report::default();
        for (was, plan) in &self.plans {
            if let Some(was) = was {
                let mut found = moved::check(was, plan);
                ignoring.drop_ignored(plan, &mut found);
                report.add_to_plan(plan, found);
            }
        }
        report
    }
}

fn changed_groups<'a>(before: &Catalog, after: &'a Catalog) -> HashSet<&'a PlanGroupId> {
    let old: HashMap<_, _> = before
        .groups
        .iter()
        .map(|group| (&group.id, group))
        .collect();
    let groups = after.groups.iter();
    let changed = groups.filter(|group| old.get(&group.id) != Some(group));
    changed.map(|group| &group.id).collect()
}

/// Takes the ids from findings about objects that are not there before the change.
fn forget_new_ids(findings: &mut [Finding], before: &Catalog) {
    let plans = before.plans.iter().map(|plan| plan.id.as_str());
    let groups = before.groups.iter().map(|group| group.id.as_str());
    let known: HashSet<_> = plans.chain(groups).collect();
    for finding in findings {
        let id = finding.id.take();
        finding.id = id.filter(|id| known.contains(id.as_str()));
    }
}
