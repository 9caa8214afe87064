//! Pruning: dropping the oldest changes, and nothing that reads of the kept past need.

use std::collections::HashMap;

use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ColumnTrait, Condition, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};

use super::entity::{Column, Entity};
use super::read::{reach, revision_at};
use crate::domain::Result;
use crate::domain::scope::Scope;
use crate::domain::timestamp::Timestamp;
use crate::store::connection::db::Database;
use crate::store::tables::organization::scope_entity as scope;

/// Number of rows that are looked at in one transaction, so that no write waits for it long.
const ROWS_AT_ONCE: u64 = 500;

/// Drops the changes of a scope that were made before a time. The catalog can still be read as it was
/// from then on. Answers how many rows went.
///
/// # Errors
/// `Unavailable` or `Internal`; what was dropped until then stays dropped.
pub async fn prune(database: &Database, of: &Scope, before: Timestamp) -> Result<u64> {
    let snapshot = database.snapshot(of).await?;
    let reached = reach(&snapshot).await?;
    let start = revision_at(&snapshot, &reached, before.plus_millis(-1)).await?;
    drop(snapshot);
    // `Ord`, since `ExprTrait` has a function of the same name.
    let start = Ord::max(start, reached.start);
    if start > reached.start {
        move_start(database, of, start).await?;
    }
    let mut dropped = 0;
    let mut last = (i64::MIN, 0);
    loop {
        let tx = database.begin_write().await?;
        let rows = rows_after(&tx, of, last, start).await?;
        let Some(end) = rows.last() else {
            return Ok(dropped);
        };
        last = (end.revision, end.position);
        dropped += prune_rows(&tx, of, &rows, start).await?;
        database.commit(tx).await?;
    }
}

/// Moves the beginning of the log forward. Whatever is older is not shown from now on.
async fn move_start(database: &Database, of: &Scope, start: i64) -> Result<()> {
    let tx = database.begin_write().await?;
    scope::Entity::update_many()
        .col_expr(scope::Column::HistoryStart, Expr::value(start))
        .filter(scope::Column::Id.eq(of.id.as_str()))
        .filter(scope::Column::HistoryStart.lt(start))
        .exec(&tx)
        .await?;
    database.commit(tx).await
}

/// A row, without what is in it.
#[derive(Debug, sea_orm::FromQueryResult)]
struct Row {
    revision: i64,
    position: i64,
    object_type: String,
    object_id: String,
}

/// The next rows after one, up to a revision.
async fn rows_after(
    tx: &DatabaseTransaction,
    of: &Scope,
    (revision, position): (i64, i64),
    up_to: i64,
) -> Result<Vec<Row>> {
    let place = Expr::tuple([Expr::col(Column::Revision), Expr::col(Column::Position)]);
    let last = Expr::tuple([Expr::val(revision), Expr::val(position)]);
    let rows = Entity::find()
        .select_only()
        .columns([
            Column::Revision,
            Column::Position,
            Column::ObjectType,
            Column::ObjectId,
        ])
        .filter(Column::ScopeId.eq(of.id.as_str()))
        .filter(Column::Revision.lte(up_to))
        .filter(place.gt(last))
        .order_by_asc(Column::Revision)
        .order_by_asc(Column::Position)
        .limit(ROWS_AT_ONCE)
        .into_model::<Row>()
        .all(tx)
        .await?;
    Ok(rows)
}

/// Deletes the rows that later ones supersede, or after which the object was gone. The others stay as
/// the baseline of what is kept.
async fn prune_rows(tx: &DatabaseTransaction, of: &Scope, rows: &[Row], up_to: i64) -> Result<u64> {
    let newest = newest_of(tx, of, rows, up_to).await?;
    let mut gone = Condition::any();
    let mut kept = Condition::any();
    for row in rows {
        let place = Condition::all()
            .add(Column::Revision.eq(row.revision))
            .add(Column::Position.eq(row.position));
        let object = (row.object_type.as_str(), row.object_id.as_str());
        match newest.get(&object) {
            Some((revision, true)) if *revision == row.revision => kept = kept.add(place),
            _ => gone = gone.add(place),
        }
    }
    let within = || Column::ScopeId.eq(of.id.as_str());
    if !kept.is_empty() {
        Entity::update_many()
            .col_expr(Column::Details, Expr::value(Option::<Vec<u8>>::None))
            .col_expr(Column::ActorId, Expr::value(Option::<String>::None))
            .filter(within())
            .filter(Column::Details.is_not_null())
            .filter(kept)
            .exec(tx)
            .await?;
    }
    if gone.is_empty() {
        return Ok(0);
    }
    let deleted = Entity::delete_many()
        .filter(within())
        .filter(gone)
        .exec(tx)
        .await?;
    Ok(deleted.rows_affected)
}

/// The newest revision up to one of each object of these rows, and whether the object was there then.
async fn newest_of<'a>(
    tx: &DatabaseTransaction,
    of: &Scope,
    rows: &'a [Row],
    up_to: i64,
) -> Result<HashMap<(&'a str, &'a str), (i64, bool)>> {
    let mut newest = HashMap::new();
    for row in rows {
        let object = (row.object_type.as_str(), row.object_id.as_str());
        if newest.contains_key(&object) {
            continue;
        }
        // The index leads to it, however many versions the object has.
        let found: Option<(i64, bool)> = Entity::find()
            .select_only()
            .column(Column::Revision)
            .expr_as(Expr::col(Column::Version).is_not_null(), "is_there")
            .filter(Column::ScopeId.eq(of.id.as_str()))
            .filter(Column::ObjectType.eq(object.0))
            .filter(Column::ObjectId.eq(object.1))
            .filter(Column::Revision.lte(up_to))
            .order_by_desc(Column::Revision)
            .limit(1)
            .into_tuple()
            .one(tx)
            .await?;
        newest.extend(found.map(|found| (object, found)));
    }
    Ok(newest)
}
