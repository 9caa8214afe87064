//! Changesets, as the server tells them.

use serde::Deserialize;
use serde_json::Value;

use crate::cli::changes::ObjectChange;
use crate::cli::findings::Finding;

/// What is shown of a changeset.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Changeset {
    /// The id.
    pub id: String,
    /// The digest with which it is applied.
    pub digest: String,
    /// What happens to which objects.
    pub objects: Vec<ObjectChange>,
    /// What looks wrong.
    pub findings: Vec<Finding>,
    /// The manual values that stay while their derived ones move.
    pub manual_values: Vec<ManualValue>,
    /// How many objects it makes, changes and deletes.
    pub summary: Summary,
    /// Until when it is kept.
    pub expires_at: String,
    /// Whether it belongs to the live catalog.
    pub livemode: bool,
}

/// A manual value that stays.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ManualValue {
    /// The code of the plan.
    pub code: String,
    /// The field.
    pub path: String,
    /// The value.
    pub value: Value,
    /// What would be derived.
    pub derived_would_be: Value,
    /// How far the value is from that.
    pub deviation: Option<String>,
}

/// How many objects a changeset makes, changes and deletes.
#[derive(Debug, Deserialize)]
pub struct Summary {
    /// Number of new objects.
    pub created: u64,
    /// Number of changed objects.
    pub updated: u64,
    /// Number of deleted objects.
    pub deleted: u64,
}

impl Changeset {
    /// Whether it does nothing.
    pub fn is_empty(&self) -> bool {
        let Summary {
            created,
            updated,
            deleted,
        } = self.summary;
        created + updated + deleted == 0
    }

    /// Number of prices that go from plans that stay.
    pub fn prices_deleted(&self) -> usize {
        self.objects.iter().map(ObjectChange::prices_deleted).sum()
    }

    /// Whether it deletes objects or prices of the live catalog, which is to be confirmed.
    pub fn needs_confirmation(&self) -> bool {
        self.livemode && (self.summary.deleted > 0 || self.prices_deleted() > 0)
    }

    /// The rules of findings that are errors, each once.
    pub fn errors(&self) -> Vec<&str> {
        let errors = self.findings.iter().filter(|finding| finding.is_error());
        let mut rules: Vec<_> = errors.map(|finding| &*finding.rule).collect();
        rules.sort_unstable();
        rules.dedup();
        rules
    }

    /// Those rules that are not among the acknowledged ones.
    pub fn errors_beyond(&self, acknowledged: &[String]) -> Vec<&str> {
        let mut rules = self.errors();
        rules.retain(|rule| !acknowledged.iter().any(|known| known == rule));
        rules
    }
}
