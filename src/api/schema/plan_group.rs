//! Plan groups on the wire.

use serde::{Deserialize, Serialize};

use super::object::object;
use super::scalar::{Flag, Nullable, Reference, SafeInteger, kind};
use crate::domain::id::PlanId;
use crate::domain::money::Count;
use crate::domain::patch::Patch;
use crate::domain::plan::PlanRef;
use crate::domain::plan_group as domain;
use crate::domain::plan_group::{GroupMember, NewPlanGroup, PlanGroupPatch, PlanGroupWithPlans};
use crate::domain::scope::Scope;
use crate::domain::text::{Description, Name};
use crate::domain::timestamp::Timestamp;

object! {
    /// A group of plans that are shown together, in an order.
    #[derive(Debug, Serialize)]
    pub struct PlanGroup {
        /// The id of the group.
        id: String { example: "grp_01960b2e8f3a7c41a5d2e9b07c6f1d34" },
        /// The name, unique among the groups of the catalog.
        name: Name { example: "Team plans" },
        /// What it is for.
        description: Nullable<Description> { example: "Plans for teams of every size" },
        /// Whether pricing pages should show it.
        is_public: bool { example: true },
        /// When it was created.
        created_at: Timestamp { example: "2026-07-11T09:30:00.000Z" },
        /// When one of its own fields last changed; its plans do not count.
        updated_at: Timestamp { example: "2026-07-11T09:30:00.000Z" },
        /// Its plans, by position.
        plans: Vec<PlanGroupMember>,
        /// Always `plan_group`.
        object: kind::PlanGroup,
        /// Whether it belongs to the live catalog.
        livemode: bool { example: false },
    }
}

object! {
    /// A plan in a group.
    #[derive(Debug, Serialize)]
    pub struct PlanGroupMember {
        /// The id of the plan.
        id: String { example: "pln_01960b2e8f3a7c41a5d2e9b07c6f1d34" },
        /// The name of the plan.
        name: Name { example: "Pro" },
        /// The position of the plan in the group, lowest first.
        sort_order: SafeInteger { example: 0 },
    }
}

object! {
    /// A plan group to create.
    #[derive(Debug, Deserialize)]
    pub struct CreatePlanGroupRequest {
        /// The name, unique among the groups of the catalog.
        name: Name { pattern: Name::PATTERN, example: "Team plans" },
        /// What it is for.
        description: Option<Description> { example: "Plans for teams of every size" },
        /// Whether pricing pages should show it.
        is_public: Option<bool> { default: true, example: true },
    }
}

object! {
    /// A change of a plan group; what is absent stays.
    #[derive(Debug, Deserialize)]
    pub struct UpdatePlanGroupRequest {
        /// The name, unique among the groups of the catalog.
        name: Option<Name> { pattern: Name::PATTERN, example: "Plans for teams" },
        /// What it is for; null clears it.
        #[serde(default)]
        description: Patch<Description> { example: "Every plan that more than one person can use" },
        /// Whether pricing pages should show it.
        is_public: Option<bool> { example: true },
    }
}

object! {
    /// A plan to put into a group.
    #[derive(Debug, Deserialize)]
    pub struct AddPlanToGroupRequest {
        /// The id or code of the plan.
        plan_id: Reference { example: "pro" },
        /// The position in the group, lowest first; after the last plan if omitted.
        sort_order: Option<Count> { example: 0 },
    }
}

object! {
    /// A new order for a group.
    #[derive(Debug, Deserialize)]
    pub struct ReorderPlansRequest {
        /// The ids or codes of exactly the plans of the group, in their new order.
        plan_ids: Vec<Reference> { min_items: 1_usize, max_items: 1000_usize },
    }
}

object! {
    /// A plan was put into a group.
    #[derive(Debug, Serialize)]
    pub struct AddedPlanToGroup {
        /// Always `true`.
        success: Flag,
        /// Always `plan_group`.
        object: kind::PlanGroup,
        /// Whether the group belongs to the live catalog.
        livemode: bool { example: false },
    }
}

object! {
    /// A plan was taken out of a group.
    #[derive(Debug, Serialize)]
    pub struct RemovedPlanFromGroup {
        /// The id of the plan.
        id: String { example: "pln_01960b2e8f3a7c41a5d2e9b07c6f1d34" },
        /// Always `true`.
        removed: Flag,
        /// Always `plan_group`.
        object: kind::PlanGroup,
        /// Whether the group belongs to the live catalog.
        livemode: bool { example: false },
    }
}

object! {
    /// The plans of a group have a new order.
    #[derive(Debug, Serialize)]
    pub struct ReorderedPlans {
        /// Always `true`.
        reordered: Flag,
        /// Always `plan_group`.
        object: kind::PlanGroup,
        /// Whether the group belongs to the live catalog.
        livemode: bool { example: false },
    }
}

impl CreatePlanGroupRequest {
    /// The group that is asked for.
    pub fn into_domain(self) -> NewPlanGroup {
        let Self {
            name,
            description,
            is_public,
        } = self;
        NewPlanGroup {
            name,
            description,
            is_public: is_public.unwrap_or(true),
        }
    }
}

impl UpdatePlanGroupRequest {
    /// The change that is asked for.
    pub fn into_domain(self) -> PlanGroupPatch {
        let Self {
            name,
            description,
            is_public,
        } = self;
        PlanGroupPatch {
            name,
            description,
            is_public,
        }
    }
}

impl ReorderPlansRequest {
    /// The plans that are named, `None` for texts that can name none.
    pub fn into_domain(self) -> Vec<Option<PlanRef>> {
        self.plan_ids
            .iter()
            .map(|plan| PlanRef::parse(&plan.0))
            .collect()
    }
}

impl PlanGroup {
    /// The group as it goes over the wire.
    pub fn new(group: PlanGroupWithPlans, scope: &Scope) -> Self {
        let PlanGroupWithPlans { group, plans } = group;
        let domain::PlanGroup {
            id,
            name,
            description,
            is_public,
            created_at,
            updated_at,
        } = group;
        Self {
            id: id.to_string(),
            name,
            description: description.into(),
            is_public,
            created_at,
            updated_at,
            plans: plans.into_iter().map(PlanGroupMember::new).collect(),
            object: kind::PlanGroup,
            livemode: scope.livemode(),
        }
    }
}

impl PlanGroupMember {
    fn new(member: GroupMember) -> Self {
        let GroupMember {
            plan_id,
            code: _,
            name,
            sort_order,
        } = member;
        Self {
            id: plan_id.to_string(),
            name,
            sort_order: SafeInteger(sort_order),
        }
    }
}

impl AddedPlanToGroup {
    /// The answer to an addition.
    pub fn new(scope: &Scope) -> Self {
        Self {
            success: Flag,
            object: kind::PlanGroup,
            livemode: scope.livemode(),
        }
    }
}

impl RemovedPlanFromGroup {
    /// The answer to a removal.
    pub fn new(plan_id: &PlanId, scope: &Scope) -> Self {
        Self {
            id: plan_id.to_string(),
            removed: Flag,
            object: kind::PlanGroup,
            livemode: scope.livemode(),
        }
    }
}

impl ReorderedPlans {
    /// The answer to a new order.
    pub fn new(scope: &Scope) -> Self {
        Self {
            reordered: Flag,
            object: kind::PlanGroup,
            livemode: scope.livemode(),
        }
    }
}
