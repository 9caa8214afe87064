//! The lint: rules that find what looks wrong in a catalog or in a change of it.
//!
//! Rules about one plan are in [`manual`], [`intervals`], [`offers`], [`prices`] and [`rates`], those
//! about the plans of a group in [`groups`], and those about a change in [`moved`]. They find all that
//! they can; [`ignoring`] and [`report`] decide what is left of it.

mod catalog;
mod change;
mod finding;
mod found;
mod groups;
mod ignoring;
mod intervals;
mod leaf_order;
mod manual;
mod medians;
mod moved;
mod offers;
mod prices;
mod rates;
mod report;
mod scale;
#[cfg(test)]
mod tests;

pub use catalog::lint_catalog;
pub use change::lint_change;
pub use finding::{Finding, LintRule, PastRates, Severity};
