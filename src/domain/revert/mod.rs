//! Taking back a change: what it wrote goes back to what it was before, and everything else stays as it
//! is now. What is derived follows today's rates.
//!
//! Each object is merged from three states: before the change, after it, and now.

mod conflict;
mod merge;
mod plan;
mod plan_feature;
mod plan_price;
mod settle;
#[cfg(test)]
mod tests;

pub use conflict::Written;
pub use plan::{PlanStates, take_back_plan};

use self::merge::merge;
use super::feature::Feature;
use super::plan_group::PlanGroup;
use super::timestamp::Timestamp;

/// The states of an object around a change.
#[derive(Debug, Clone, Copy)]
pub struct States<'a, T> {
    /// Before the change.
    pub before: &'a T,
    /// After the change.
    pub after: &'a T,
}

/// A feature without what a change did to it.
pub fn take_back_feature(now: &Feature, states: States<'_, Feature>, time: Timestamp) -> Feature {
    let States { before, after } = states;
    let mut feature = now.clone();
    merge(&mut feature.name, &before.name, &after.name);
    merge(
        &mut feature.description,
        &before.description,
        &after.description,
    );
    merge(&mut feature.unit_name, &before.unit_name, &after.unit_name);
    if feature != *now {
        feature.updated_at = time;
    }
    feature
}

/// A plan group without what a change did to it.
pub fn take_back_plan_group(
    now: &PlanGroup,
    states: States<'_, PlanGroup>,
    time: Timestamp,
) -> PlanGroup {
    let States { before, after } = states;
    let mut group = now.clone();
    merge(&mut group.name, &before.name, &after.name);
    merge(
        &mut group.description,
        &before.description,
        &after.description,
    );
    merge(&mut group.is_public, &before.is_public, &after.is_public);
    if group != *now {
        group.updated_at = time;
    }
    group
}
