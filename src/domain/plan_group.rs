//! Plan groups: ordered sets of plans that are shown together.

use std::collections::{HashMap, HashSet};

use super::error::{Error, Result, Taken, Violations};
use super::id::{PlanGroupId, PlanId};
use super::money::MAX_SAFE_INTEGER;
use super::patch::Patch;
use super::plan::{Plan, PlanRef};
use super::text::{Code, Description, Name};
use super::timestamp::Timestamp;

/// A group of plans.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanGroup {
    /// The id.
    pub id: PlanGroupId,
    /// The name, unique in the scope.
    pub name: Name,
    /// The description.
    pub description: Option<Description>,
    /// Whether a pricing page should show it.
    pub is_public: bool,
    /// When it was created.
    pub created_at: Timestamp,
    /// When one of its own fields last changed.
    pub updated_at: Timestamp,
}

/// A plan in a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupMember {
    /// The id of the plan.
    pub plan_id: PlanId,
    /// The plan's code.
    pub code: Code,
    /// The plan's name.
    pub name: Name,
    /// The plan's position in the group.
    pub sort_order: i64,
}

/// A group with its plans, ordered by position and then by age.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanGroupWithPlans {
    /// The group.
    pub group: PlanGroup,
    /// Its plans.
    pub plans: Vec<GroupMember>,
}

/// The fields of a new group.
#[derive(Debug, Clone)]
pub struct NewPlanGroup {
    /// See [`PlanGroup::name`].
    pub name: Name,
    /// See [`PlanGroup::description`].
    pub description: Option<Description>,
    /// See [`PlanGroup::is_public`].
    pub is_public: bool,
}

/// An update of a group; absent fields stay as they are.
#[derive(Debug, Clone)]
pub struct PlanGroupPatch {
    /// See [`PlanGroup::name`].
    pub name: Option<Name>,
    /// See [`PlanGroup::description`].
    pub description: Patch<Description>,
    /// See [`PlanGroup::is_public`].
    pub is_public: Option<bool>,
}

impl PlanGroup {
    /// Creates a group.
    pub fn create(new: NewPlanGroup, id: PlanGroupId, now: Timestamp) -> Self {
        Self {
            id,
            name: new.name,
            description: new.description,
            is_public: new.is_public,
            created_at: now,
            updated_at: now,
        }
    }

    /// Updates the group; `updated_at` changes only if a field does.
    pub fn update(&mut self, patch: PlanGroupPatch, now: Timestamp) {
        let PlanGroupPatch {
            name,
            description,
            is_public,
        } = patch;
        let before = self.clone();
        if let Some(name) = name {
            self.name = name;
        }
        self.description = description.apply(self.description.take());
        if let Some(is_public) = is_public {
            self.is_public = is_public;
        }
        if *self != before {
            self.updated_at = now;
        }
    }
}

/// The position of a plan that is added to a group: after its last member.
///
/// # Errors
/// Validation of `field`, if the last member has the largest position.
pub fn next_position(members: &[GroupMember], field: &'static str) -> Result<i64> {
    let next = members
        .iter()
        .map(|member| member.sort_order + 1)
        .max()
        .unwrap_or(0);
    if next > MAX_SAFE_INTEGER {
        return Err(Error::invalid(
            field,
            "The group has no position after its last plan; reorder the group first.",
        ));
    }
    Ok(next)
}

/// Adds the plan to a group at a position.
///
/// # Errors
/// `Duplicate` if the plan is already in a group, this one or another; it must be removed first.
pub fn add_to_group(
    plan: &mut Plan,
    group: &PlanGroupId,
    sort_order: i64,
    now: Timestamp,
) -> Result<()> {
    match &plan.plan_group_id {
        Some(current) if current == group => Err(Error::Duplicate(Taken::new(
            "planId",
            "The plan is in this group already.",
        ))),
        Some(_) => Err(Error::Duplicate(Taken::new(
            "planId",
            "The plan is in another group; remove it from that group first.",
        ))),
        None => {
            plan.plan_group_id = Some(group.clone());
            plan.sort_order = sort_order;
            plan.updated_at = now;
            Ok(())
        }
    }
}

/// Removes the plan from its group; its position is again the one by creation.
pub fn leave_group(plan: &mut Plan, now: Timestamp) {
    plan.plan_group_id = None;
    plan.sort_order = plan.creation_order;
    plan.updated_at = now;
}

/// Moves the plan to a position in its group.
pub fn place_in_group(plan: &mut Plan, sort_order: i64, now: Timestamp) {
    if plan.sort_order != sort_order {
        plan.sort_order = sort_order;
        plan.updated_at = now;
    }
}

/// Validates a new order of a group; returns the ids in that order.
///
/// `wanted` are the references of the request, `None` for texts that are none.
///
/// # Errors
/// Validation of `planIds`, unless it names each plan of the group exactly once and no other plan.
pub fn check_reorder(members: &[GroupMember], wanted: &[Option<PlanRef>]) -> Result<Vec<PlanId>> {
    let names = members
        .iter()
        .flat_map(|member| {
            // Ids and codes never overlap.
            [
                (member.plan_id.as_str(), member),
                (member.code.as_str(), member),
            ]
        })
        .collect::<HashMap<_, _>>();
    let mut order: Vec<PlanId> = Vec::with_capacity(members.len());
    let mut named = HashSet::with_capacity(members.len());
    let mut violations = Violations::default();
    for (index, plan) in wanted.iter().enumerate() {
        let field = || format!("planIds[{index}]");
        match plan.as_ref().and_then(|plan| names.get(plan.as_str())) {
            Some(member) if named.insert(&member.plan_id) => order.push(member.plan_id.clone()),
            Some(_) => violations.add(field(), "Names a plan twice."),
            None => violations.add(field(), "Is not a plan in this group."),
        }
    }
    violations.into_result()?;
    if order.len() < members.len() {
        return Err(Error::invalid(
            "planIds",
            "Must name every plan in the group.",
        ));
    }
    Ok(order)
}
