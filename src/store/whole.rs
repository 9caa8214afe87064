//! Reading a whole catalog.

use super::history::{listed_plans, past, reach};
use super::query::InScope;
use super::tables::{feature as features, plan_group as groups};
use crate::domain::Result;
use crate::domain::catalog::Catalog;
use crate::domain::feature::Feature;
use crate::domain::page::{PageRequest, Positioned};
use crate::domain::plan::Plan;
use crate::domain::plan_group::{PlanGroup, PlanGroupWithPlans};

/// Everything, in the order of the list.
const fn all<P>() -> PageRequest<P> {
    PageRequest {
        limit: None,
        after: None,
    }
}

/// The catalog as it is now. The newest versions in the log are read if it is complete: that is a row for
/// each object, where the tables have dozens.
///
/// # Errors
/// `Unavailable` or `Internal`.
pub async fn catalog(tx: &impl InScope) -> Result<Catalog> {
    let reach = reach(tx).await?;
    match reach.is_complete {
        true => past_catalog(tx, reach.head).await,
        false => stored_catalog(tx).await,
    }
}

/// The catalog as it is now, from the tables of its objects.
///
/// # Errors
/// `Unavailable` or `Internal`.
pub async fn stored_catalog(tx: &impl InScope) -> Result<Catalog> {
    let plans = listed_plans(tx, true, &all()).await?.items;
    Ok(Catalog {
        features: of_features(features::list(tx, &all()).await?.items),
        groups: of_groups(groups::list(tx, &all()).await?.items),
        plans: by_age(plans.into_iter().map(|(plan, _)| plan).collect()),
    })
}

/// The catalog as it was at a revision.
///
/// # Errors
/// `Unavailable` or `Internal`.
pub async fn past_catalog(tx: &impl InScope, revision: i64) -> Result<Catalog> {
    Ok(Catalog {
        features: of_features(past::features(tx, &all(), revision).await?.items),
        groups: past::groups_alone(tx, revision).await?,
        plans: by_age(past::all_plans(tx, revision).await?),
    })
}

fn of_features<I>(placed: Vec<Positioned<Feature, I>>) -> Vec<Feature> {
    placed.into_iter().map(|placed| placed.item).collect()
}

fn of_groups<I>(placed: Vec<Positioned<PlanGroupWithPlans, I>>) -> Vec<PlanGroup> {
    placed.into_iter().map(|placed| placed.item.group).collect()
}

fn by_age(mut plans: Vec<Plan>) -> Vec<Plan> {
    plans.sort_by_key(|plan| plan.creation_order);
    plans
}
