//! The lint: rules that find what looks wrong in a catalog or in a change of it.

mod finding;

pub use finding::{Finding, LintRule, PastRates, Severity};
