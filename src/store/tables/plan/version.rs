//! Versions of plans.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::contents::{self, ContentRows};
use super::entity::plan;
use super::position::PlanPosition;
use super::row::{from_row, to_row};
use crate::domain::Result;
use crate::domain::id::PlanId;
use crate::domain::plan::Plan;
use crate::domain::plan_group::GroupMember;
use crate::domain::text::{Code, Name};
use crate::store::tables::feature::entity as feature;
use crate::store::tables::version;

/// A plan as a version has it. Features are named by their ids: a feature that is renamed is not a
/// change of its plans.
#[derive(Debug, Serialize, Deserialize)]
pub(in crate::store) struct PlanVersion {
    plan: plan::Model,
    contents: ContentRows,
}

impl PlanVersion {
    /// Reads a version.
    ///
    /// # Errors
    /// `Internal`.
    pub fn read(version: &[u8]) -> Result<Self> {
        version::read(version)
    }

    /// The ids of its features.
    pub fn feature_ids(&self) -> impl Iterator<Item = &str> {
        self.contents.feature_ids()
    }

    /// Its position in the list of plans.
    pub const fn position(&self) -> PlanPosition {
        PlanPosition {
            sort_order: self.plan.sort_order,
            creation_order: self.plan.creation_order,
        }
    }

    /// Whether it is public.
    pub const fn is_public(&self) -> bool {
        self.plan.is_public
    }

    /// The id of its group.
    pub fn group_id(&self) -> Option<&str> {
        self.plan.plan_group_id.as_deref()
    }

    /// What its group shows of it.
    pub fn member(&self) -> GroupMember {
        GroupMember {
            plan_id: PlanId::from_row(self.plan.id.clone()),
            code: Code::from_row(self.plan.code.clone()),
            name: Name::from_row(self.plan.name.clone()),
            sort_order: self.plan.sort_order,
        }
    }

    /// The plan with its features as they were at that time.
    ///
    /// # Errors
    /// `Internal`, if a feature is missing.
    pub fn into_plan(self, features: &HashMap<String, feature::Model>) -> Result<Plan> {
        let contents = contents::of_one(self.contents, features)?;
        from_row(self.plan, contents)
    }
}

/// The version of a plan; `None` if it is deleted.
///
/// # Errors
/// `Internal`.
pub(in crate::store) fn version_of(plan: &Plan) -> Result<Option<Vec<u8>>> {
    if plan.deleted_at.is_some() {
        return Ok(None);
    }
    let rows = PlanVersion {
        plan: to_row("", plan, 0),
        contents: ContentRows::of_plan(plan),
    };
    version::write(&rows).map(Some)
}
