//! Plan groups: plans that are shown together, in an order.

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
    /// Its id.
    pub id: PlanGroupId,
    /// Its name, unique in the scope.
    pub name: Name,
    /// What it is for.
    pub description: Option<Description>,
    /// Whether a pricing page should show it.
    pub is_public: bool,
    /// When it was created.
    pub created_at: Timestamp,
    /// When one of its own fields last changed.
    pub updated_at: Timestamp,
}

/// A plan's place in its group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupMember {
    /// The plan.
    pub plan_id: PlanId,
    /// The plan's code.
    pub code: Code,
    /// The plan's name.
    pub name: Name,
    /// The plan's place in the group.
    pub sort_order: i64,
}

/// A group with its plans, by place and then by age.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanGroupWithPlans {
    /// The group.
    pub group: PlanGroup,
    /// Its plans.
    pub plans: Vec<GroupMember>,
}

/// What a client says of a new group.
#[derive(Debug, Clone)]
pub struct NewPlanGroup {
    /// See [`PlanGroup::name`].
    pub name: Name,
    /// See [`PlanGroup::description`].
    pub description: Option<Description>,
    /// See [`PlanGroup::is_public`].
    pub is_public: bool,
}

/// A change of a group; a field that is absent stays.
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
    /// Makes a group.
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

    /// Changes the group; `updated_at` moves only if something did change.
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

/// The place of a plan that is added to a group after the given ones: behind the last.
///
/// # Errors
/// Validation of `field`, when the last stands at the largest place there is.
pub fn next_place(members: &[GroupMember], field: &'static str) -> Result<i64> {
    let next = members
        .iter()
        .map(|member| member.sort_order + 1)
        .max()
        .unwrap_or(0);
    if next > MAX_SAFE_INTEGER {
        return Err(Error::invalid(
            field,
            "The group has no place after its last plan; reorder it first.",
        ));
    }
    Ok(next)
}

/// Puts the plan at a place of a group.
///
/// # Errors
/// `Duplicate` when the plan is in a group already, be it this one: it has to be removed first.
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
            "The plan is in another group; remove it there first.",
        ))),
        None => {
            plan.plan_group_id = Some(group.clone());
            plan.sort_order = sort_order;
            plan.updated_at = now;
            Ok(())
        }
    }
}

/// Takes the plan out of its group: its place is that by creation again.
pub fn leave_group(plan: &mut Plan, now: Timestamp) {
    plan.plan_group_id = None;
    plan.sort_order = plan.creation_order;
    plan.updated_at = now;
}

/// The plans of a group in a new order.
///
/// `wanted` are the plans that the client named, `None` for texts that can name none.
///
/// # Errors
/// Validation of `planIds`, unless it names every plan of the group once and nothing else.
pub fn check_reorder(members: &[GroupMember], wanted: &[Option<PlanRef>]) -> Result<Vec<PlanId>> {
    let names = members
        .iter()
        .flat_map(|member| {
            // Ids and codes never look alike.
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
            None => violations.add(field(), "Is not a plan of this group."),
        }
    }
    violations.into_result()?;
    if order.len() < members.len() {
        return Err(Error::invalid(
            "planIds",
            "Must name every plan of the group.",
        ));
    }
    Ok(order)
}
