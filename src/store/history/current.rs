//! Everything that a scope has now.

use sea_orm::{ColumnTrait, QueryFilter};

use crate::domain::Result;
use crate::domain::api_key::ApiKey;
use crate::domain::feature::Feature;
use crate::domain::page::PageRequest;
use crate::domain::plan::Plan;
use crate::domain::plan_group::PlanGroup;
use crate::store::query::{InScope, within};
use crate::store::tables::feature as features;
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
    let heads = plans::heads(tx, true, &all).await?.items;
    let heads: Vec<_> = heads.iter().collect();
    let mut found = Vec::with_capacity(heads.len());
    for some in heads.chunks(PLANS_AT_ONCE) {
        for (plan, _) in plans::of_heads(tx, some).await? {
            let version = plan_version::version_of(&plan)?;
            found.extend(version.map(|version| (plan, version)));
        }
    }
    Ok(found)
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
