//! Which revisions wrote which objects.

use std::collections::HashSet;
use std::ops::RangeInclusive;

use sea_orm::sea_query::{Expr, ExprTrait, Order, Query, SelectStatement, UnionType};
use sea_orm::{ColumnTrait, QueryFilter, QueryOrder, QuerySelect};

use super::entity::{Column, Entity};
use crate::domain::Result;
use crate::domain::change::ObjectType;
use crate::domain::timestamp::Timestamp;
use crate::store::query::{InScope, within};

/// Maximum number of objects that are looked up one by one.
const MAX_PARTS: usize = 64;
/// Maximum number of ids in one statement.
const MAX_IDS: usize = 1000;

/// Revisions, in the order in which they are wanted.
#[derive(Debug, Clone)]
pub(super) struct Wanted {
    pub range: RangeInclusive<i64>,
    pub order: Order,
    /// How many of each object are enough.
    pub limit: Option<u64>,
}

/// The revisions that wrote objects of these types, or those of them with these ids.
///
/// The newest or oldest revisions of few objects are found by walking the index of each: the log of an
/// object may be long, and the log of the scope longer.
pub(super) fn revisions(
    tx: &impl InScope,
    types: &[ObjectType],
    ids: Option<&[String]>,
    wanted: &Wanted,
) -> SelectStatement {
    if let (Some(ids), Some(limit)) = (ids, wanted.limit)
        && let Some(parts) = one_by_one(tx, types, ids, (wanted, limit))
    {
        return parts;
    }
    let mut revisions = in_range(tx, &wanted.range);
    revisions.and_where(Column::ObjectType.is_in(types.iter().map(|one| one.as_str())));
    if let Some(ids) = ids {
        revisions.and_where(Column::ObjectId.is_in(ids));
    }
    revisions
}

/// The revisions of each object by itself; `None` if the objects are none or too many.
fn one_by_one(
    tx: &impl InScope,
    types: &[ObjectType],
    ids: &[String],
    (wanted, limit): (&Wanted, u64),
) -> Option<SelectStatement> {
    if types.len().saturating_mul(ids.len()) > MAX_PARTS {
        return None;
    }
    let objects = types
        .iter()
        .flat_map(|one| ids.iter().map(move |id| (one, id)));
    let parts = objects.map(|(object_type, id)| {
        let mut part = in_range(tx, &wanted.range);
        part.and_where(Column::ObjectType.eq(object_type.as_str()))
            .and_where(Column::ObjectId.eq(id))
            .order_by(Column::Revision, wanted.order.clone())
            .limit(limit);
        // A compound takes a limit only for all of its parts, unless they are inside others.
        Query::select()
            .column(Column::Revision)
            .from_subquery(part, "part")
            .to_owned()
    });
    parts.reduce(|mut all, part| all.union(UnionType::All, part).to_owned())
}

fn in_range(tx: &impl InScope, range: &RangeInclusive<i64>) -> SelectStatement {
    Query::select()
        .column(Column::Revision)
        .from(Entity)
        .and_where(Column::ScopeId.eq(tx.scope().id.as_str()))
        .and_where(Expr::col(Column::Revision).between(*range.start(), *range.end()))
        .to_owned()
}

/// The writes after a revision, the oldest first: each is of an object of the catalog at a revision.
///
/// # Errors
/// `Unavailable` or `Internal`.
pub async fn written_since(tx: &impl InScope, revision: i64) -> Result<Vec<(i64, String)>> {
    writes(tx, revision, None).await
}

/// The writes of the objects with these ids after a revision, the oldest first.
///
/// # Errors
/// `Unavailable` or `Internal`.
pub async fn written_of(
    tx: &impl InScope,
    revision: i64,
    ids: &[String],
) -> Result<Vec<(i64, String)>> {
    let mut written = Vec::new();
    for some in ids.chunks(MAX_IDS) {
        written.extend(writes(tx, revision, Some(some)).await?);
    }
    written.sort();
    Ok(written)
}

async fn writes(
    tx: &impl InScope,
    revision: i64,
    ids: Option<&[String]>,
) -> Result<Vec<(i64, String)>> {
    let types = ObjectType::ALL
        .iter()
        .filter(|one| **one != ObjectType::ApiKey);
    let mut written = within::<Entity>(tx)
        .select_only()
        .columns([Column::Revision, Column::ObjectId])
        .filter(Column::ObjectType.is_in(types.map(|one| one.as_str())))
        .filter(Column::Revision.gt(revision));
    if let Some(ids) = ids {
        written = written.filter(Column::ObjectId.is_in(ids));
    }
    let written = written
        .order_by_asc(Column::Revision)
        .order_by_asc(Column::Position)
        .into_tuple()
        .all(tx.connection())
        .await?;
    Ok(written)
}

/// The ids of the plans whose newest version up to a revision is no newer than a time.
///
/// # Errors
/// `Unavailable` or `Internal`.
pub async fn plans_not_written_after(
    tx: &impl InScope,
    revision: i64,
    time: Timestamp,
) -> Result<HashSet<String>> {
    let written = within::<Entity>(tx)
        .select_only()
        .column(Column::ObjectId)
        .filter(Column::ObjectType.eq(ObjectType::Plan.as_str()))
        .filter(Column::Revision.lte(revision))
        .group_by(Column::ObjectId)
        .having(Column::At.max().lte(time.as_millis()));
    let written: Vec<String> = written.into_tuple().all(tx.connection()).await?;
    Ok(written.into_iter().collect())
}
