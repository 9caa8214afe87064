//! Features as they were.

use std::collections::HashMap;

use super::later::later_positions;
use super::named::ids_by_code;
use crate::domain::feature::{Feature, FeatureRef};
use crate::domain::id::FeatureId;
use crate::domain::page::{CreationPosition, Page, PageRequest, Positioned};
use crate::domain::{Error, Result};
use crate::store::history::versions::{feature_rows, feature_rows_of};
use crate::store::query::InScope;
use crate::store::tables::by_creation::placed;
use crate::store::tables::feature::entity::{Column, Entity};
use crate::store::tables::feature::from_row;

/// The feature that is named.
///
/// # Errors
/// `FeatureNotFound`; `Unavailable` or `Internal`.
pub async fn feature(tx: &impl InScope, feature: &FeatureRef, revision: i64) -> Result<Feature> {
    let ids = match feature {
        FeatureRef::Id(id) => vec![id.to_string()],
        FeatureRef::Code(code) => {
            ids_by_code::<Entity>(tx, (Column::Id, Column::Code), code).await?
        }
    };
    let ids: Vec<_> = ids.iter().map(String::as_str).collect();
    let found = feature_rows_of(tx, &ids, revision).await?;
    let row = found.into_values().next();
    row.map(from_row).ok_or(Error::FeatureNotFound)?
}

/// The features with these ids that were there, by id.
///
/// # Errors
/// `Unavailable` or `Internal`.
pub async fn features_by_ids(
    tx: &impl InScope,
    ids: &[&str],
    revision: i64,
) -> Result<HashMap<String, Feature>> {
    let found = feature_rows_of(tx, ids, revision).await?.into_iter();
    found.map(|(id, row)| Ok((id, from_row(row)?))).collect()
}

/// Features, oldest first.
///
/// # Errors
/// `Unavailable` or `Internal`.
pub async fn features(
    tx: &impl InScope,
    page: &PageRequest<CreationPosition<FeatureId>>,
    revision: i64,
) -> Result<Page<Positioned<Feature, FeatureId>>> {
    let rows = feature_rows(tx, revision).await?;
    let then = rows.values().map(|row| row.creation_order);
    let later = later_positions::<Entity>(tx, then).await?;
    let features = rows.into_values().map(|row| {
        let order = row.creation_order.or_else(|| later.get(&row.id).copied());
        let feature = from_row(row)?;
        Ok(placed(order, feature.id.clone(), feature))
    });
    let features: Vec<_> = features.collect::<Result<_>>()?;
    let position = |placed: &Positioned<_, _>| placed.position.clone();
    Ok(Page::of_all(features.into_iter(), position, page))
}
