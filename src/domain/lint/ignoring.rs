//! Plans that switch rules off.

use std::collections::HashMap;

use serde_json::Value;

use super::finding::LintRule;
use super::found::Found;
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

    /// The rules that a plan switches off.
    fn rules(&self, plan: &PlanId) -> Vec<LintRule> {
        self.0
            .get(plan)
            .map_or_else(Vec::new, |metadata| rules_in(metadata))
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

/// The rules that are named in the array at the key. Names of unknown rules mean nothing, nor does
/// anything else.
fn rules_in(metadata: &Metadata) -> Vec<LintRule> {
    let json = metadata.as_json();
    // Most plans have no such key, not even with escapes.
    if !json.contains(KEY) && !json.contains('\\') {
        return Vec::new();
    }
    let Ok(Value::Object(members)) = serde_json::from_str(json) else {
        return Vec::new();
    };
    let names = members.get(KEY).and_then(Value::as_array);
    let names = names.into_iter().flatten().filter_map(Value::as_str);
    names.filter_map(LintRule::from_word).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_named_in_an_array() {
        for (json, expected) in [
            (
                r#"{"pricebook:ignore":["drift","rate-jump"]}"#,
                &[LintRule::Drift, LintRule::RateJump][..],
            ),
            (
                r#"{"pricebook:ignore":["drift",1,null,["rate-jump"],"no-rule"]}"#,
                &[LintRule::Drift],
            ),
            (
                r#"{"\u0070ricebook:ignore":["dr\u0069ft"]}"#,
                &[LintRule::Drift],
            ),
            (r#"{"pricebook:ignore":[]}"#, &[]),
            (r#"{"pricebook:ignore":"drift"}"#, &[]),
            (
                r#"{"pricebook:ignore":{"pricebook:ignore":["drift"]}}"#,
                &[],
            ),
            (r#"{"x":{"pricebook:ignore":["drift"]}}"#, &[]),
            (r#"{"x":"\"pricebook:ignore\":[\"drift\"]"}"#, &[]),
            ("{}", &[]),
        ] {
            assert_eq!(
                rules_in(&Metadata::from_row(json.to_owned())),
                expected,
                "{json}"
            );
        }
    }
}
