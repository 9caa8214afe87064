//! How long changesets are kept, and how many.

use sea_orm::sea_query::{Expr, ExprTrait, Query, SimpleExpr};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::entity::{Column, Entity};
use super::object_entity;
use crate::domain::Result;
use crate::domain::timestamp::Timestamp;
use crate::store::connection::db::Database;
use crate::store::query::{InScope, within};
use crate::store::transaction::Transaction;

/// Maximum number of changesets of a scope.
const MAX_CHANGESETS: usize = 1000;
/// Maximum number of bytes that the changesets of a scope take.
const MAX_BYTES: i64 = 256 << 20;

impl Transaction {
    /// Deletes the oldest changesets of the scope beyond the limits; never the newest.
    pub(super) async fn make_room_for_changesets(&self) -> Result<()> {
        let kept: Vec<(String, i64)> = within::<Entity>(self)
            .select_only()
            .columns([Column::Id, Column::Size])
            .order_by_desc(Column::CreatedAt)
            .order_by_desc(Column::Id)
            .into_tuple()
            .all(self.connection())
            .await?;
        let mut bytes = 0_i64;
        for (place, (id, size)) in kept.into_iter().enumerate() {
            bytes = bytes.saturating_add(size);
            if place > 0 && (place >= MAX_CHANGESETS || bytes > MAX_BYTES) {
                delete(self.connection(), Column::Id.eq(id)).await?;
            }
        }
        Ok(())
    }
}

/// Deletes the changesets that have expired; returns how many.
///
/// # Errors
/// `Unavailable` or `Internal`.
pub async fn sweep(database: &Database, now: Timestamp) -> Result<u64> {
    let tx = database.begin_write().await?;
    let swept = delete(&tx, Column::ExpiresAt.lte(now.as_millis())).await?;
    database.commit(tx).await?;
    Ok(swept)
}

async fn delete(connection: &impl ConnectionTrait, which: SimpleExpr) -> Result<u64> {
    let ids = Query::select()
        .column(Column::Id)
        .from(Entity)
        .and_where(which.clone())
        .to_owned();
    object_entity::Entity::delete_many()
        .filter(Expr::col(object_entity::Column::ChangesetId).in_subquery(ids))
        .exec(connection)
        .await?;
    let deleted = Entity::delete_many().filter(which).exec(connection).await?;
    Ok(deleted.rows_affected)
}
