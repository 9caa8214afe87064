//! Plans as they were.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::named::ids_by_code;
use crate::domain::change::ObjectType;
use crate::domain::id::PlanId;
use crate::domain::page::{Page, PageRequest};
use crate::domain::plan::{Plan, PlanRef};
use crate::domain::{Error, OrNone, Result};
use crate::store::history::versions::{feature_rows, feature_rows_of, versions, versions_of};
use crate::store::query::InScope;
use crate::store::tables::plan::PlanPosition;
use crate::store::tables::plan::entity::plan::{Column, Entity};
use crate::store::tables::plan::version::PlanVersion;

/// The plan that is named, with its contents.
///
/// # Errors
/// `PlanNotFound`; `Unavailable` or `Internal`.
pub async fn plan(tx: &impl InScope, plan: &PlanRef, revision: i64) -> Result<Plan> {
    let ids = match plan {
        PlanRef::Id(id) => vec![id.to_string()],
        PlanRef::Code(code) => ids_by_code::<Entity>(tx, (Column::Id, Column::Code), code).await?,
    };
    let ids: Vec<_> = ids.iter().map(String::as_str).collect();
    let found = versions_of(tx, ObjectType::Plan, &ids, revision).await?;
    let found = PlanVersion::read(found.first().ok_or(Error::PlanNotFound)?)?;
    let ids: Vec<_> = found.feature_ids().collect();
    let features = feature_rows_of(tx, &ids, revision).await?;
    found.into_plan(&features)
}

/// The plan with an id; `None` if it was not there.
///
/// # Errors
/// `Unavailable` or `Internal`.
pub async fn plan_by_id(tx: &impl InScope, id: &str, revision: i64) -> Result<Option<Plan>> {
    let id = PlanRef::Id(PlanId::from_row(id.to_owned()));
    plan(tx, &id, revision).await.or_none()
}

/// The plans with these ids that were there, with their contents, by id.
///
/// # Errors
/// `Unavailable` or `Internal`.
pub async fn plans_by_ids(
    tx: &impl InScope,
    ids: &[&str],
    revision: i64,
) -> Result<HashMap<String, Plan>> {
    let stored = versions_of(tx, ObjectType::Plan, ids, revision).await?;
    let found = stored.iter().map(|plan| PlanVersion::read(plan));
    let found: Vec<PlanVersion> = found.collect::<Result<_>>()?;
    let features: HashSet<&str> = found.iter().flat_map(PlanVersion::feature_ids).collect();
    let features: Vec<_> = features.into_iter().collect();
    let features = feature_rows_of(tx, &features, revision).await?;
    let plans = found.into_iter().map(|plan| {
        let plan = plan.into_plan(&features)?;
        Ok((plan.id.to_string(), plan))
    });
    plans.collect()
}

/// Plans with their contents and positions, in the order of the list.
///
/// # Errors
/// `Unavailable` or `Internal`.
pub async fn plans(
    tx: &impl InScope,
    include_private: bool,
    page: &PageRequest<PlanPosition>,
    revision: i64,
) -> Result<Page<(Plan, PlanPosition)>> {
    let listed = plan_versions(tx, revision).await?.into_iter();
    let listed = listed.filter(|plan| include_private || plan.is_public());
    let Page { items, has_more } = Page::of_all(listed, PlanVersion::position, page);
    let features = feature_rows(tx, revision).await?;
    let placed = items.into_iter().map(|plan| {
        let position = plan.position();
        Ok((plan.into_plan(&features)?, position))
    });
    Ok(Page {
        items: placed.collect::<Result<_>>()?,
        has_more,
    })
}

/// Number of threads that read versions at a time.
const READERS: usize = 2;

/// All plans with their contents, in no order.
///
/// # Errors
/// `Unavailable` or `Internal`.
pub async fn all_plans(tx: &impl InScope, revision: i64) -> Result<Vec<Plan>> {
    let features = Arc::new(feature_rows(tx, revision).await?);
    let mut stored = versions(tx, ObjectType::Plan, revision).await?;
    let share = stored.len().div_ceil(READERS).max(1);
    let mut readers = Vec::new();
    while !stored.is_empty() {
        let rest = stored.split_off(share.min(stored.len()));
        let (some, features) = (std::mem::replace(&mut stored, rest), features.clone());
        readers.push(tokio::task::spawn_blocking(move || {
            let plans = some
                .iter()
                .map(|plan| PlanVersion::read(plan)?.into_plan(&features));
            plans.collect::<Result<Vec<_>>>()
        }));
    }
    let mut plans = Vec::new();
    for reader in readers {
        let read = reader.await.map_err(|why| Error::Internal(Box::new(why)))?;
        plans.extend(read?);
    }
    Ok(plans)
}

/// All plans, in no order.
pub(super) async fn plan_versions(tx: &impl InScope, revision: i64) -> Result<Vec<PlanVersion>> {
    let stored = versions(tx, ObjectType::Plan, revision).await?;
    stored.iter().map(|plan| PlanVersion::read(plan)).collect()
}
