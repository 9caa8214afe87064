//! Reading plans, features and plan groups as they were at a revision.
//!
//! Codes never change, and rows of deleted plans and features stay, so these tables say which objects a
//! code can stand for; the log says which of them was there.

mod feature;
mod later;
mod named;
mod plan;
mod plan_group;

pub use self::feature::{feature, features, features_by_ids};
pub use self::plan::{all_plans, plan, plan_by_id, plans, plans_by_ids};
pub use self::plan_group::{groups_alone, plan_group, plan_groups, plan_groups_by_ids};
