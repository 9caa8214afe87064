//! Everything that a scope has now.

use sea_orm::{ColumnTrait, QueryFilter};

use crate::domain::Result;
use crate::domain::api_key::ApiKey;
use crate::domain::feature::Feature;
use crate::domain::page::{Page, PageRequest};
use crate::domain::plan::Plan;
use crate::domain::plan_group::PlanGroup;
use crate::store::query::{InScope, within};
use crate::store::tables::feature as features;
use crate::store::tables::plan::PlanPosition;
use crate::store::tables::plan::version as plan_version;
use crate::store::tables::{api_key as keys, plan as plans, plan_group as groups, version};

/// Number of plans that are read at once.
const PLANS_AT_ONCE: usize = 100;

/// An object with its version.
pub(super) type WithVersion<T> = (T, Vec<u8>);

/// The plans that are not deleted.
pub(super) async fn plans(tx: &impl InScope) -> Result<Vec<WithVersion<Plan>>> {
    let all = PageRequest {
        after: None,
        limit: None,
    };
    let listed = listed_plans(tx, true, &all).await?.items;
    let versioned = listed.into_iter().filter_map(|(plan, _)| {
        let version = plan_version::version_of(&plan).transpose()?;
        Some(version.map(|version| (plan, version)))
    });
    versioned.collect()
}

/// Plans with their contents and positions, in the order of the list.
///
/// # Errors
/// `Unavailable` or `Internal`.
pub async fn listed_plans(
    tx: &impl InScope,
    include_private: bool,
    page: &PageRequest<PlanPosition>,
) -> Result<Page<(Plan, PlanPosition)>> {
    let Page { items, has_more } = plans::heads(tx, include_private, page).await?;
    let heads: Vec<_> = items.iter().collect();
    let mut found = Vec::with_capacity(heads.len());
    for some in heads.chunks(PLANS_AT_ONCE) {
        found.extend(plans::of_heads(tx, some).await?);
    }
    let found = found.into_iter().map(|(plan, _)| plan);
    let positions = heads.iter().map(|head| head.position);
    Ok(Page {
        items: found.zip(positions).collect(),
        has_more,
    })
}

/// The features that are not deleted.
pub(super) async fn features(tx: &impl InScope) -> Result<Vec<WithVersion<Feature>>> {
    use features::entity::{Column, Entity};
    let rows = within::<Entity>(tx)
        .filter(Column::DeletedAt.is_null())
        .all(tx.connection())
        .await?;
    let versioned = rows.into_iter().map(|row| {
        let version = version::write(&row)?;
        Ok((features::from_row(row)?, version))
    });
    versioned.collect()
}

/// The plan groups.
pub(super) async fn groups(tx: &impl InScope) -> Result<Vec<WithVersion<PlanGroup>>> {
    let rows = within::<groups::entity::Entity>(tx)
        .all(tx.connection())
        .await?;
    let versioned = rows.into_iter().map(|row| {
        let version = version::write(&row)?;
        Ok((groups::from_row(row), version))
    });
    versioned.collect()
}

/// The keys that are not revoked.
pub(super) async fn keys(tx: &impl InScope) -> Result<Vec<WithVersion<ApiKey>>> {
    let all = PageRequest {
        after: None,
        limit: None,
    };
    let listed = keys::list(tx, &all).await?.items;
    let versioned = listed.into_iter().map(|placed| {
        let version = keys::version_of(&placed.item)?;
        Ok((placed.item, version))
    });
    versioned.collect()
}
