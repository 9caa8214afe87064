//! The lint: rules that find what looks wrong in a catalog or in a change of it.

mod finding;

pub use finding::{Finding, LintRule, PastRates, Severity};

use crate::domain::catalog::Catalog;

/// Stub until the rules are merged.
pub fn lint_change(_: &Catalog, _: &Catalog, _: &PastRates) -> Vec<Finding> {
    Vec::new()
}

/// Stub until the rules are merged.
pub fn lint_catalog(_: &Catalog, _: &PastRates) -> Vec<Finding> {
    Vec::new()
}
