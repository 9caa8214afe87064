//! Plan groups as they were.

use std::collections::HashMap;

use super::later::later_positions;
use super::plan::plan_versions;
use crate::domain::change::ObjectType;
use crate::domain::id::PlanGroupId;
use crate::domain::page::{CreationPosition, Page, PageRequest, Positioned};
use crate::domain::plan_group::{PlanGroup, PlanGroupWithPlans};
use crate::domain::{Error, Result};
use crate::store::history::versions::{versions, versions_of};
use crate::store::query::InScope;
use crate::store::tables::by_creation::placed;
use crate::store::tables::plan::version::PlanVersion;
use crate::store::tables::plan_group::entity::{Entity, Model};
use crate::store::tables::plan_group::from_row;
use crate::store::tables::version;

/// One group with its plans.
///
/// # Errors
/// `PlanGroupNotFound`; `Unavailable` or `Internal`.
pub async fn plan_group(
    tx: &impl InScope,
    id: &PlanGroupId,
    revision: i64,
) -> Result<PlanGroupWithPlans> {
    let found = versions_of(tx, ObjectType::PlanGroup, &[id.as_str()], revision).await?;
    let group = from_row(version::read(
        found.first().ok_or(Error::PlanGroupNotFound)?,
    )?);
    let plans = plans_in_order(tx, revision).await?;
    Ok(with_plans(group, &plans))
}

/// The groups with these ids that were there, each with its position by creation, by id.
///
/// # Errors
/// `Unavailable` or `Internal`.
pub async fn plan_groups_by_ids(
    tx: &impl InScope,
    ids: &[&str],
    revision: i64,
) -> Result<HashMap<String, (PlanGroup, Option<i64>)>> {
    let stored = versions_of(tx, ObjectType::PlanGroup, ids, revision).await?;
    let groups = stored.iter().map(|stored| {
        let row: Model = version::read(stored)?;
        let order = row.creation_order;
        Ok((row.id.clone(), (from_row(row), order)))
    });
    groups.collect()
}

/// Groups with their plans, oldest group first.
///
/// # Errors
/// `Unavailable` or `Internal`.
pub async fn plan_groups(
    tx: &impl InScope,
    page: &PageRequest<CreationPosition<PlanGroupId>>,
    revision: i64,
) -> Result<Page<Positioned<PlanGroupWithPlans, PlanGroupId>>> {
    let plans = plans_in_order(tx, revision).await?;
    let groups = placed_groups(tx, revision).await?.into_iter();
    let groups = groups.map(|(order, group)| {
        let id = group.id.clone();
        placed(order, id, with_plans(group, &plans))
    });
    let position = |placed: &Positioned<_, _>| placed.position.clone();
    Ok(Page::of_all(groups, position, page))
}

/// Groups without their plans, oldest group first.
///
/// # Errors
/// `Unavailable` or `Internal`.
pub async fn groups_alone(tx: &impl InScope, revision: i64) -> Result<Vec<PlanGroup>> {
    let groups = placed_groups(tx, revision).await?.into_iter();
    let groups = groups.map(|(order, group)| placed(order, group.id.clone(), group));
    let position = |placed: &Positioned<_, _>| placed.position.clone();
    let all = PageRequest {
        limit: None,
        after: None,
    };
    let groups = Page::of_all(groups, position, &all).items.into_iter();
    Ok(groups.map(|placed| placed.item).collect())
}

/// Groups with their positions by creation, in no order.
async fn placed_groups(tx: &impl InScope, revision: i64) -> Result<Vec<(Option<i64>, PlanGroup)>> {
    let stored = versions(tx, ObjectType::PlanGroup, revision).await?;
    let rows = stored.iter().map(|stored| version::read(stored));
    let rows: Vec<Model> = rows.collect::<Result<_>>()?;
    let then = rows.iter().map(|row| row.creation_order);
    let later = later_positions::<Entity>(tx, then).await?;
    let groups = rows.into_iter().map(|row| {
        let order = row.creation_order.or_else(|| later.get(&row.id).copied());
        (order, from_row(row))
    });
    Ok(groups.collect())
}

async fn plans_in_order(tx: &impl InScope, revision: i64) -> Result<Vec<PlanVersion>> {
    let mut plans = plan_versions(tx, revision).await?;
    plans.sort_by_key(PlanVersion::position);
    Ok(plans)
}

fn with_plans(group: PlanGroup, plans: &[PlanVersion]) -> PlanGroupWithPlans {
    let own = plans
        .iter()
        .filter(|plan| plan.group_id() == Some(group.id.as_str()));
    let plans = own.map(PlanVersion::member).collect();
    PlanGroupWithPlans { group, plans }
}
