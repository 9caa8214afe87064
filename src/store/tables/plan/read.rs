//! Reading plans.

use std::collections::HashSet;

use sea_orm::{ColumnTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Select};

use super::contents::{self, PlanRange};
use super::entity::plan::{Column, Entity, Model};
use super::position::{self, PlanPosition};
use super::row::from_row;
use crate::domain::id::PlanId;
use crate::domain::page::{Page, PageRequest};
use crate::domain::plan::{Plan, PlanRef};
use crate::domain::text::Code;
use crate::domain::{Error, Result};
use crate::store::query::{InScope, only, within};

fn existing(tx: &impl InScope) -> Select<Entity> {
    within::<Entity>(tx).filter(Column::DeletedAt.is_null())
}

async fn find_row(tx: &impl InScope, plan: &PlanRef) -> Result<Option<Model>> {
    let named = match plan {
        PlanRef::Id(id) => Column::Id.eq(id.as_str()),
        PlanRef::Code(code) => Column::Code.eq(code.as_str()),
    };
    Ok(only(existing(tx).filter(named), tx.connection()).await?)
}

/// The plan that is named, with its contents.
///
/// # Errors
/// `PlanNotFound`; `Unavailable` or `Internal`.
pub async fn find(tx: &impl InScope, plan: Option<&PlanRef>) -> Result<Plan> {
    let (found, _) = find_with_revision(tx, plan.ok_or(Error::PlanNotFound)?).await?;
    Ok(found)
}

/// The plan that is named, with its contents, and the revision of the scope when it last changed.
///
/// # Errors
/// `PlanNotFound`; `Unavailable` or `Internal`.
pub async fn find_with_revision(tx: &impl InScope, plan: &PlanRef) -> Result<(Plan, i64)> {
    let row = find_row(tx, plan).await?.ok_or(Error::PlanNotFound)?;
    let revision = row.revision;
    Ok((with_contents(tx, row).await?, revision))
}

/// A deleted plan, with its contents.
///
/// # Errors
/// `PlanNotFound`; `Unavailable` or `Internal`.
pub async fn find_deleted(tx: &impl InScope, id: &PlanId) -> Result<Plan> {
    let deleted = within::<Entity>(tx)
        .filter(Column::Id.eq(id.as_str()))
        .filter(Column::DeletedAt.is_not_null());
    let row = only(deleted, tx.connection()).await?;
    with_contents(tx, row.ok_or(Error::PlanNotFound)?).await
}

/// The plans that are the default: one, unless a write is on its way.
///
/// # Errors
/// `Unavailable` or `Internal`.
pub async fn defaults(tx: &impl InScope) -> Result<Vec<PlanId>> {
    let ids: Vec<String> = in_order(tx)
        .filter(Column::IsDefault.eq(true))
        .select_only()
        .column(Column::Id)
        .into_tuple()
        .all(tx.connection())
        .await?;
    Ok(ids.into_iter().map(PlanId::from_row).collect())
}

async fn with_contents(tx: &impl InScope, row: Model) -> Result<Plan> {
    let mut found = contents::read(tx, &PlanRange::One(row.id.clone())).await?;
    let own = found.remove(&row.id).unwrap_or_default();
    from_row(row, own)
}

/// An entry of the list: enough to know which plan it is, and whether it changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanHead {
    /// The plan.
    pub id: PlanId,
    /// Its position in the list.
    pub position: PlanPosition,
    /// The revision of the scope when it last changed.
    pub revision: i64,
}

/// Heads of plans, in the order of the list.
///
/// # Errors
/// `Unavailable` or `Internal`.
pub async fn heads(
    tx: &impl InScope,
    include_private: bool,
    page: &PageRequest<PlanPosition>,
) -> Result<Page<PlanHead>> {
    let mut query = in_order(tx).limit(page.rows_to_read());
    if !include_private {
        query = query.filter(Column::IsPublic.eq(true));
    }
    if let Some(after) = &page.after {
        query = query.filter(position::after(after));
    }
    let rows: Vec<(String, i64, i64, i64)> = query
        .select_only()
        .columns([
            Column::Id,
            Column::SortOrder,
            Column::CreationOrder,
            Column::Revision,
        ])
        .into_tuple()
        .all(tx.connection())
        .await?;
    let head = |(id, sort_order, creation_order, revision)| PlanHead {
        id: PlanId::from_row(id),
        position: PlanPosition {
            sort_order,
            creation_order,
        },
        revision,
    };
    Ok(Page::from_rows(rows.into_iter().map(head).collect(), page))
}

/// Up to this many plans are looked up one by one.
const FEW: usize = 4;

/// The plans of heads that are in the order of the list, with their contents and revisions, in a
/// constant number of statements.
///
/// # Errors
/// `Unavailable` or `Internal`.
pub async fn of_heads(tx: &impl InScope, heads: &[&PlanHead]) -> Result<Vec<(Plan, i64)>> {
    let (Some(first), Some(last)) = (heads.first(), heads.last()) else {
        return Ok(Vec::new());
    };
    if heads.len() <= FEW {
        let mut plans = Vec::new();
        for head in heads {
            plans.push(find_with_revision(tx, &PlanRef::Id(head.id.clone())).await?);
        }
        return Ok(plans);
    }
    let wanted: HashSet<&str> = heads.iter().map(|head| head.id.as_str()).collect();
    let rows = in_order(tx)
        .filter(position::from_to(&first.position, &last.position))
        .all(tx.connection())
        .await?;
    let range = PlanRange::Between {
        first: first.position,
        last: last.position,
    };
    let mut found = contents::read(tx, &range).await?;
    rows.into_iter()
        .filter(|row| wanted.contains(row.id.as_str()))
        .map(|row| {
            let own = found.remove(&row.id).unwrap_or_default();
            let revision = row.revision;
            from_row(row, own).map(|plan| (plan, revision))
        })
        .collect()
}

/// Plans in the order of the list.
fn in_order(tx: &impl InScope) -> Select<Entity> {
    existing(tx)
        .order_by_asc(Column::SortOrder)
        .order_by_asc(Column::CreationOrder)
}

/// Whether a plan that is not deleted has this code.
///
/// # Errors
/// `Unavailable` or `Internal`.
pub async fn code_is_taken(tx: &impl InScope, code: &Code) -> Result<bool> {
    Ok(find_row(tx, &PlanRef::Code(code.clone())).await?.is_some())
}

/// Whether the scope has a plan that is not deleted.
///
/// # Errors
/// `Unavailable` or `Internal`.
pub async fn any_exists(tx: &impl InScope) -> Result<bool> {
    Ok(existing(tx).limit(1).count(tx.connection()).await? > 0)
}

/// The position by creation of the next plan: the number of plans that the scope ever had.
///
/// # Errors
/// `Unavailable` or `Internal`.
pub async fn next_creation_order(tx: &impl InScope) -> Result<i64> {
    let newest = within::<Entity>(tx)
        .select_only()
        .column(Column::CreationOrder)
        .order_by_desc(Column::CreationOrder)
        .limit(1)
        .into_tuple::<i64>()
        .one(tx.connection())
        .await?;
    Ok(newest.map_or(0, |newest| newest + 1))
}

/// The plan that stands first in the list, if there is one.
///
/// # Errors
/// `Unavailable` or `Internal`.
pub async fn first(tx: &impl InScope) -> Result<Option<Plan>> {
    let row = in_order(tx).one(tx.connection()).await?;
    match row {
        Some(row) => with_contents(tx, row).await.map(Some),
        None => Ok(None),
    }
}
