//! The rules for a plan as a whole, whichever operation changes it.
//!
//! A method of `Plan` creates a [`PlanCheck`] before it changes the plan, and afterwards asks it
//! which rules the plan now breaks. So a rule applies to the state that an operation leads to, not
//! to the request. A plan may break a rule already because it is older than the rule; that does not
//! block an operation unless the operation makes it worse.
//!
//! Methods that only remove something cannot break a rule and need no check; the property tests of
//! `regional` verify this for every sequence of changes.

mod check;
mod checker;
mod offer;
mod rule;

pub(super) use check::PlanCheck;
#[cfg(test)]
pub(super) use check::broken_rules;
pub(super) use offer::{ONE_CYCLE, discount_message, max_cycles, max_discount};
pub(super) use rule::{BrokenRule, Part, Rule};
