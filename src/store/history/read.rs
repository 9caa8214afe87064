//! Reading the log.

use sea_orm::sea_query::Order;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select};

use super::entity::{Column, Entity};
use super::entry::Entry;
use super::written;
use crate::domain::change::{Change, ObjectType};
use crate::domain::id::ApiKeyId;
use crate::domain::timestamp::Timestamp;
use crate::domain::{Error, Result};
use crate::store::query::{InScope, only, within};
use crate::store::tables::feature::entity as feature;
use crate::store::tables::organization::scope_entity as scope;
use crate::store::tables::plan::entity::plan;

/// Which changes are wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ChangeFilter {
    /// Changes of objects of this kind.
    pub object_type: Option<ObjectType>,
    /// Changes of the object with this id, or of those with this code.
    pub object: Option<String>,
    /// Changes of any of the objects with these ids.
    pub ids: Option<Vec<String>>,
    /// Changes by this key.
    pub actor: Option<ApiKeyId>,
    /// Changes made at this time or later.
    pub since: Option<Timestamp>,
    /// Changes made at this time or earlier.
    pub until: Option<Timestamp>,
}

/// The order in which the log is read, and where to begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogPage {
    /// The newest first: those before a revision, or all.
    Before(Option<i64>),
    /// The oldest first: those after a revision.
    After(i64),
}

/// How far the log of a scope reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reach {
    /// The oldest revision at which the catalog can be read. The changes after it are in the log.
    pub start: i64,
    /// The revision of the scope.
    pub head: i64,
    /// The revision up to which the log has every change: less than `head` after a program of the
    /// previous version wrote.
    pub logged: i64,
    /// When the scope was last written.
    pub last_write_at: Timestamp,
    /// Whether the log has everything up to the head.
    pub is_complete: bool,
}

/// How far the log reaches.
///
/// # Errors
/// `Unavailable` or `Internal`.
pub async fn reach(tx: &impl InScope) -> Result<Reach> {
    let row = scope::Entity::find_by_id(tx.scope().id.as_str());
    let row = only(row, tx.connection()).await?;
    let row = row.ok_or_else(|| Error::internal("a scope is gone"))?;
    Ok(Reach {
        start: row.history_start.unwrap_or(row.revision),
        head: row.revision,
        logged: row.logged_revision.unwrap_or(row.revision),
        last_write_at: Timestamp::from_millis(row.last_write_at),
        is_complete: row.logged_revision == Some(row.revision),
    })
}

/// The changes of a scope that its log has.
fn changes(tx: &impl InScope, reach: &Reach) -> Select<Entity> {
    within::<Entity>(tx)
        .filter(Column::Position.eq(0))
        .filter(Column::Revision.gt(reach.start))
}

/// Changes of the objects with these ids, at most `limit`. Of a change of many objects, see
/// [`Entry::about`].
///
/// # Errors
/// `Unavailable` or `Internal`.
pub async fn changes_of(
    tx: &impl InScope,
    reach: &Reach,
    (object_type, ids): (Option<ObjectType>, Vec<String>),
    page: LogPage,
    limit: u64,
) -> Result<Vec<Change>> {
    let filter = ChangeFilter {
        object_type,
        ids: Some(ids.clone()),
        ..ChangeFilter::default()
    };
    let entries = list_entries(tx, reach, &filter, page, limit).await?;
    let mut changes = Vec::with_capacity(entries.len());
    for entry in entries {
        changes.push(entry.about(tx, &ids).await?);
    }
    Ok(changes)
}

/// Changes that fit, at most `limit`.
///
/// # Errors
/// `Unavailable` or `Internal`.
pub async fn list_entries(
    tx: &impl InScope,
    reach: &Reach,
    filter: &ChangeFilter,
    page: LogPage,
    limit: u64,
) -> Result<Vec<Entry>> {
    let ChangeFilter {
        object_type,
        object,
        ids,
        actor,
        since,
        until,
    } = filter;
    let (mut first, mut last) = (reach.start.saturating_add(1), i64::MAX);
    let order = match page {
        LogPage::After(revision) => {
            first = first.max(revision.saturating_add(1));
            Order::Asc
        }
        LogPage::Before(revision) => {
            last = revision.map_or(last, |revision| revision.saturating_sub(1));
            Order::Desc
        }
    };
    if let Some(since) = since {
        let before = revision_at(tx, reach, since.plus_millis(-1)).await?;
        first = first.max(before.saturating_add(1));
    }
    if let Some(until) = until {
        last = last.min(revision_at(tx, reach, *until).await?);
    }
    let ids = match object {
        Some(name) => Some(ids_of(tx, name).await?),
        None => ids.clone(),
    };
    let mut query = within::<Entity>(tx)
        .filter(Column::Position.eq(0))
        .order_by(Column::Revision, order.clone())
        .limit(limit);
    // With ids, the revisions in the range are looked up; without, the range is walked.
    if ids.is_none() {
        query = query.filter(Column::Revision.between(first, last));
    }
    if object_type.is_some() || ids.is_some() {
        let types = object_type.map_or(ObjectType::ALL.to_vec(), |only| vec![only]);
        let wanted = written::Wanted {
            range: first..=last,
            order,
            limit: actor.is_none().then_some(limit),
        };
        let revisions = written::revisions(tx, &types, ids.as_deref(), &wanted);
        query = query.filter(Column::Revision.in_subquery(revisions));
    }
    if let Some(actor) = actor {
        query = query.filter(Column::ActorId.eq(actor.as_str()));
    }
    let rows = query.all(tx.connection()).await?;
    rows.into_iter().map(Entry::from_row).collect()
}

/// The ids that a name can stand for: itself, and those of plans and features that have or had it as
/// their code.
async fn ids_of(tx: &impl InScope, name: &str) -> Result<Vec<String>> {
    let plans: Vec<String> = within::<plan::Entity>(tx)
        .select_only()
        .column(plan::Column::Id)
        .filter(plan::Column::Code.eq(name))
        .into_tuple()
        .all(tx.connection())
        .await?;
    let features: Vec<String> = within::<feature::Entity>(tx)
        .select_only()
        .column(feature::Column::Id)
        .filter(feature::Column::Code.eq(name))
        .into_tuple()
        .all(tx.connection())
        .await?;
    Ok([name.to_owned()]
        .into_iter()
        .chain(plans)
        .chain(features)
        .collect())
}

/// The change that led to a revision.
///
/// # Errors
/// `ChangeNotFound`; `HistoryPruned`; `Unavailable` or `Internal`.
pub async fn find_entry(tx: &impl InScope, reach: &Reach, revision: i64) -> Result<Entry> {
    // The first change that is kept leads away from the start of the log.
    if (1..=reach.start).contains(&revision) {
        let oldest = reach.start + 1;
        return Err(Error::HistoryPruned { oldest });
    }
    let change = changes(tx, reach).filter(Column::Revision.eq(revision));
    let row = only(change, tx.connection()).await?;
    Entry::from_row(row.ok_or(Error::ChangeNotFound)?)
}

/// The earliest time of which the log knows what the catalog was: that of its baseline, or else of the
/// first change or write after it.
///
/// # Errors
/// `Unavailable` or `Internal`.
pub async fn kept_since(tx: &impl InScope, reach: &Reach) -> Result<Timestamp> {
    let first: Option<i64> = within::<Entity>(tx)
        .select_only()
        .column(Column::At)
        .filter(Column::Revision.gte(reach.start))
        .order_by_asc(Column::Revision)
        .order_by_asc(Column::Position)
        .limit(1)
        .into_tuple()
        .one(tx.connection())
        .await?;
    Ok(first.map_or(reach.last_write_at, Timestamp::from_millis))
}

/// The newest revision of a change that was not made later; where the log begins if all were.
///
/// Times never run backwards, so a binary search finds it without an index, which every write would
/// have to keep.
///
/// # Errors
/// `Unavailable` or `Internal`.
pub async fn revision_at(tx: &impl InScope, reach: &Reach, time: Timestamp) -> Result<i64> {
    let (mut found, mut last) = (reach.start, reach.head);
    while found < last {
        let middle = found + (last - found + 1) / 2;
        let newest: Option<(i64, i64)> = changes(tx, reach)
            .select_only()
            .columns([Column::Revision, Column::At])
            .filter(Column::Revision.lte(middle))
            .filter(Column::Revision.gt(found))
            .order_by_desc(Column::Revision)
            .limit(1)
            .into_tuple()
            .one(tx.connection())
            .await?;
        match newest {
            Some((_, at)) if at > time.as_millis() => last = middle - 1,
            Some(_) | None => found = middle,
        }
    }
    Ok(found)
}
