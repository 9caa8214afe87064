//! The default plan that a document leads to.

use super::Reading;
use crate::domain::document::PlanEntry;
use crate::domain::error::Violations;
use crate::domain::plan::Plan;

/// Sees to it that a catalog with plans has one default plan: the one that the document names, else
/// the one that has it already, else the first of the list, or of the document if all are new.
pub(super) fn propose(
    plans: &mut [Plan],
    entries: Option<&[PlanEntry]>,
    reading: Reading<'_>,
    violations: &mut Violations,
) {
    let entries = entries.unwrap_or_default();
    let mut named = entries
        .iter()
        .filter(|entry| entry.is_default == Some(true));
    let chosen = named.next();
    for second in named {
        let path = format!("plans.{}.default", second.code.as_str());
        violations.add(path, "Another plan is the default; a catalog has one.");
    }
    let is_old = |plan: &Plan| plan.creation_order < reading.moment.next_creation_order;
    let has_old = plans.iter().any(is_old);
    let first = plans.iter().min_by_key(|plan| match has_old {
        true => (plan.sort_order, plan.creation_order),
        false => (0, plan.creation_order),
    });
    let Some(code) = chosen
        .map(|entry| &entry.code)
        .or_else(|| {
            let has = plans.iter().find(|plan| plan.is_default);
            has.or(first).map(|plan| &plan.code)
        })
        .cloned()
    else {
        return;
    };
    let mut refused = entries
        .iter()
        .filter(|entry| entry.is_default == Some(false));
    if chosen.is_none() && refused.any(|entry| entry.code == code) {
        let path = format!("plans.{}.default", code.as_str());
        let message = "A catalog has one default plan: make another one the default instead.";
        violations.add(path, message);
    }
    for plan in plans {
        plan.is_default = plan.code == code;
    }
}
