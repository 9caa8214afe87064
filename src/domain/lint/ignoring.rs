//! Plans that switch rules off.

use std::collections::HashMap;

use super::finding::LintRule;
use super::found::Found;
use super::json::texts_at;
use crate::domain::catalog::Catalog;
use crate::domain::id::PlanId;
use crate::domain::plan::Plan;
use crate::domain::text::Metadata;

/// The key of a plan's metadata with the names of the rules that it switches off.
const KEY: &str = "pricebook:ignore";

/// The metadata by which plans switch rules off.
pub(super) struct Ignoring<'a>(HashMap<&'a PlanId, &'a Metadata>);

impl<'a> Ignoring<'a> {
    /// The metadata of the plans of a catalog.
    pub fn in_catalog(catalog: &'a Catalog) -> Self {
        let plans = catalog.plans.iter();
        let metadata = plans.filter_map(|plan| Some((&plan.id, plan.metadata.as_ref()?)));
        Self(metadata.collect())
    }

    /// The rules that a plan switches off. Names of unknown rules mean nothing.
    fn rules(&self, plan: &PlanId) -> Vec<LintRule> {
        let json = self.0.get(plan).map(|metadata| metadata.as_json());
        let names = json.map(|json| texts_at(json, KEY)).unwrap_or_default();
        let rules = names.iter().filter_map(|name| LintRule::from_word(name));
        rules.collect()
    }

    /// Whether a plan switches a rule off.
    pub fn ignores(&self, plan: &Plan, rule: LintRule) -> bool {
        self.rules(&plan.id).contains(&rule)
    }

    /// Drops what a plan does not want to be told.
    pub fn drop_ignored(&self, plan: &Plan, found: &mut Vec<Found>) {
        if !found.is_empty() {
            let ignored = self.rules(&plan.id);
            found.retain(|found| !ignored.contains(&found.rule));
        }
    }
}
