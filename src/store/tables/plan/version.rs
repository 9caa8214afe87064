//! Versions of plans.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::contents::{self, ContentRows};
use super::entity::plan;
use super::row::{from_row, to_row};
use crate::domain::Result;
use crate::domain::plan::Plan;
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
