//! Comparing the rules that a plan breaks before and after a change.

use std::collections::BTreeMap;

use super::checker::Checker;
use super::rule::{BrokenRule, Part, Rule};
use crate::domain::error::{Result, Violations};
use crate::domain::plan::Plan;

/// The rules that a plan broke before a change, and by how much.
#[must_use = "the changed plan has to be checked"]
#[derive(Debug)]
pub(in crate::domain) struct PlanCheck(BTreeMap<(Part, Rule), i64>);

impl PlanCheck {
    /// Records the rules that a plan breaks before it changes.
    pub(in crate::domain) fn before(plan: &Plan) -> Self {
        let broken_rules = broken_rules(plan).into_iter();
        Self(
            broken_rules
                .map(|broken| ((broken.part, broken.rule), broken.excess))
                .collect(),
        )
    }

    /// Adds a violation for each rule that the plan did not break before the change, or broke by
    /// less. `error_field` returns the field of the request at fault.
    pub(in crate::domain) fn after(
        self,
        plan: &Plan,
        violations: &mut Violations,
        error_field: impl Fn(&BrokenRule) -> String,
    ) {
        for broken in broken_rules(plan) {
            let key = (broken.part.clone(), broken.rule);
            if self
                .0
                .get(&key)
                .is_none_or(|before| broken.excess > *before)
            {
                violations.add_once(error_field(&broken), broken.message);
            }
        }
    }

    /// Fails if [`Self::after`] adds violations or a value could not be derived.
    pub(in crate::domain) fn finish(
        self,
        plan: &Plan,
        underivable: Violations,
        error_field: impl Fn(&BrokenRule) -> String,
    ) -> Result<()> {
        let mut violations = Violations::default();
        self.after(plan, &mut violations, error_field);
        violations.append(underivable);
        violations.into_result()
    }
}

/// Every rule that a plan breaks.
pub(in crate::domain) fn broken_rules(plan: &Plan) -> Vec<BrokenRule> {
    let mut found = Vec::new();
    for price in &plan.prices {
        let mut checker = Checker {
            found: &mut found,
            part: Part::Price(price.id.clone()),
        };
        checker.terms(plan, price.billing_interval, &price.terms);
        for (currency, regional) in &price.regional {
            checker.part = Part::Regional(price.id.clone(), *currency);
            checker.regional(plan, price, regional);
        }
    }
    for item in &plan.features {
        let mut checker = Checker {
            found: &mut found,
            part: Part::Feature(item.feature.id.clone()),
        };
        checker.feature(plan, item);
    }
    found
}
