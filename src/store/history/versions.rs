//! Reading what objects were.

use std::collections::HashMap;

use sea_orm::sea_query::{Alias, Expr, ExprTrait, Query, SelectStatement};
use sea_orm::{ColumnTrait, QueryFilter, QuerySelect};

use super::entity::{Column, Entity};
use crate::domain::Result;
use crate::domain::api_key::ApiKey;
use crate::domain::change::{ObjectChange, ObjectType, differing};
use crate::domain::feature::Feature;
use crate::domain::plan::Plan;
use crate::domain::plan_group::PlanGroup;
use crate::store::query::{InScope, within};
use crate::store::tables::feature::{self as features, entity as feature_row};
use crate::store::tables::plan::version::PlanVersion;
use crate::store::tables::{api_key as keys, plan_group as groups, version};

/// Maximum number of ids in one statement.
const IDS_AT_ONCE: usize = 1000;

/// Everything that a scope had but plans.
pub(super) struct Others {
    pub features: Vec<Feature>,
    pub groups: Vec<PlanGroup>,
    pub keys: Vec<ApiKey>,
}

/// Everything but plans as it was at a revision.
pub(super) async fn others(tx: &impl InScope, revision: i64) -> Result<Others> {
    let features = feature_rows(tx, revision).await?.into_values();
    let groups = versions(tx, ObjectType::PlanGroup, revision).await?;
    let keys = versions(tx, ObjectType::ApiKey, revision).await?;
    let group = |stored: &Vec<u8>| Ok(groups::from_row(version::read(stored)?));
    let key = |stored: &Vec<u8>| keys::read_version(stored);
    Ok(Others {
        features: features.map(features::from_row).collect::<Result<_>>()?,
        groups: groups.iter().map(group).collect::<Result<_>>()?,
        keys: keys.iter().map(key).collect::<Result<_>>()?,
    })
}

/// The plans as they were at a revision, in no order.
async fn plans(tx: &impl InScope, revision: i64) -> Result<Vec<Plan>> {
    let features = feature_rows(tx, revision).await?;
    let stored = versions(tx, ObjectType::Plan, revision).await?;
    let plan = |version: &Vec<u8>| PlanVersion::read(version)?.into_plan(&features);
    stored.iter().map(plan).collect()
}

/// What is different between two revisions, in no order.
///
/// # Errors
/// `Unavailable` or `Internal`.
pub async fn compare(tx: &impl InScope, from: i64, to: i64) -> Result<Vec<ObjectChange>> {
    let (before, after) = (others(tx, from).await?, others(tx, to).await?);
    let mut objects = differing(before.features, &after.features);
    objects.extend(differing(before.groups, &after.groups));
    objects.extend(differing(plans(tx, from).await?, &plans(tx, to).await?));
    objects.extend(differing(before.keys, &after.keys));
    Ok(objects)
}

/// The features as they were at a revision, by id.
pub(super) async fn feature_rows(
    tx: &impl InScope,
    revision: i64,
) -> Result<HashMap<String, feature_row::Model>> {
    rows_by_id(&versions(tx, ObjectType::Feature, revision).await?)
}

/// The features with these ids as they were at a revision, by id.
pub(super) async fn feature_rows_of(
    tx: &impl InScope,
    ids: &[&str],
    revision: i64,
) -> Result<HashMap<String, feature_row::Model>> {
    rows_by_id(&versions_of(tx, ObjectType::Feature, ids, revision).await?)
}

fn rows_by_id(versions: &[Vec<u8>]) -> Result<HashMap<String, feature_row::Model>> {
    let by_id = versions.iter().map(|stored| {
        let row: feature_row::Model = version::read(stored)?;
        Ok((row.id.clone(), row))
    });
    by_id.collect()
}

/// The versions of all objects of a type that were there at a revision.
pub(super) async fn versions(
    tx: &impl InScope,
    object_type: ObjectType,
    revision: i64,
) -> Result<Vec<Vec<u8>>> {
    at_places(tx, object_type, newest_up_to(tx, object_type, revision)).await
}

/// The versions of the objects of a type with these ids that were there at a revision.
pub(super) async fn versions_of(
    tx: &impl InScope,
    object_type: ObjectType,
    ids: &[&str],
    revision: i64,
) -> Result<Vec<Vec<u8>>> {
    let mut found = Vec::new();
    for some in ids.chunks(IDS_AT_ONCE) {
        let mut newest = newest_up_to(tx, object_type, revision);
        newest.and_where(Column::ObjectId.is_in(some.iter().copied()));
        found.extend(at_places(tx, object_type, newest).await?);
    }
    Ok(found)
}

/// The versions at places in the log; objects that were gone have none.
async fn at_places(
    tx: &impl InScope,
    object_type: ObjectType,
    places: SelectStatement,
) -> Result<Vec<Vec<u8>>> {
    let place = Expr::tuple([Expr::col(Column::ObjectId), Expr::col(Column::Revision)]);
    let versions = within::<Entity>(tx)
        .select_only()
        .column(Column::Version)
        .filter(Column::ObjectType.eq(object_type.as_str()))
        .filter(Column::Version.is_not_null())
        .filter(place.in_subquery(places))
        .into_tuple()
        .all(tx.connection())
        .await?;
    Ok(versions)
}

/// The ids of the objects of a type, each with its newest revision up to one.
fn newest_up_to(tx: &impl InScope, object_type: ObjectType, revision: i64) -> SelectStatement {
    Query::select()
        .column(Column::ObjectId)
        .expr_as(Expr::col(Column::Revision).max(), Alias::new("newest"))
        .from(Entity)
        .and_where(Column::ScopeId.eq(tx.scope().id.as_str()))
        .and_where(Column::ObjectType.eq(object_type.as_str()))
        .and_where(Column::Revision.lte(revision))
        .group_by_col(Column::ObjectId)
        .to_owned()
}
