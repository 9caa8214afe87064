//! A whole catalog, as one state.

use std::collections::HashMap;

use super::feature::Feature;
use super::id::{PlanGroupId, PlanId};
use super::plan::Plan;
use super::plan_group::PlanGroup;

/// Everything in a catalog at one revision, each list by age.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Catalog {
    /// The features.
    pub features: Vec<Feature>,
    /// The plan groups. The plans say which of them are in a group.
    pub groups: Vec<PlanGroup>,
    /// The plans that are not deleted.
    pub plans: Vec<Plan>,
}

impl Catalog {
    /// The plans of each group that has any, in the order of the group.
    pub fn members(&self) -> HashMap<&PlanGroupId, Vec<&Plan>> {
        let mut members: HashMap<_, Vec<&Plan>> = HashMap::new();
        for plan in &self.plans {
            if let Some(group) = &plan.plan_group_id {
                members.entry(group).or_default().push(plan);
            }
        }
        for plans in members.values_mut() {
            plans.sort_by_key(|plan| (plan.sort_order, plan.creation_order));
        }
        members
    }

    /// The plans by id.
    pub fn plans_by_id(&self) -> HashMap<&PlanId, &Plan> {
        self.plans.iter().map(|plan| (&plan.id, plan)).collect()
    }
}
