//! The record of calls that may come again.

pub(in crate::store) mod entity;

use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect,
};

use self::entity::{Column, Entity, Model};
use super::diff::{self, Keyed};
use super::organization::scope_entity as scope;
use crate::domain::idempotency::{IdempotencyKey, IdempotentCall, MAX_SCOPE_BYTES};
use crate::domain::timestamp::Timestamp;
use crate::domain::{Error, Result};
use crate::store::connection::db::Database;
use crate::store::query::{InScope, only, within};
use crate::store::transaction::Transaction;

/// Answers with fewer bytes are kept as they are: there is little to gain.
const WORTH_COMPRESSING: usize = 1024;
/// The level of zstd that answers are compressed with.
const COMPRESSION_LEVEL: i32 = 3;
/// The approximate size of a record without its key, fingerprint and answer, in bytes.
const RECORD_OVERHEAD: usize = 128;
/// The number of records that are deleted at a time to make room.
const RECORDS_AT_ONCE: u64 = 100;
/// The prefix of the fingerprint of a call whose answer is compressed. A program of the previous
/// version does not see that answer; the prefix makes it take the call for another one, so that it
/// does not send an empty answer.
const COMPRESSED: &str = "zstd ";

impl Transaction {
    /// The answer that the call got before, if it came before.
    ///
    /// # Errors
    /// `IdempotencyKeyMismatch`, when the key was used for another call; `Unavailable` or
    /// `Internal`.
    pub async fn recall(&self, call: &IdempotentCall) -> Result<Option<String>> {
        let kept = within::<Entity>(self)
            .filter(Column::IdempotencyKey.eq(call.key.as_str()))
            .filter(Column::CreatedAt.gt(oldest_kept(self.now()).as_millis()));
        match only(kept, self.connection()).await? {
            Some(record) => answer_of(record, call).map(Some),
            None => Ok(None),
        }
    }

    /// Keeps the answer of a call, in the transaction of its change. Where the records of the scope
    /// take too much, the oldest go.
    ///
    /// # Errors
    /// `Unavailable` or `Internal`.
    pub async fn remember(&self, call: &IdempotentCall, answer: String) -> Result<()> {
        let record = self.record(call, answer)?;
        let size = record.size;
        // A record of the same key that is too old to count may not be swept away yet.
        diff::overwrite(self.connection(), [record]).await?;
        let bytes = self.add_record_bytes(size).await?;
        self.make_room(call, bytes - MAX_SCOPE_BYTES).await
    }

    fn record(&self, call: &IdempotentCall, answer: String) -> Result<Model> {
        let compressed = compressed(&answer)?;
        let (fingerprint, answer) = match &compressed {
            Some(_) => (format!("{COMPRESSED}{}", call.fingerprint), String::new()),
            None => (call.fingerprint.clone(), answer),
        };
        let size = RECORD_OVERHEAD
            + call.key.as_str().len()
            + fingerprint.len()
            + answer.len()
            + compressed.as_ref().map_or(0, Vec::len);
        Ok(Model {
            scope_id: self.scope().id.as_str().to_owned(),
            idempotency_key: call.key.as_str().to_owned(),
            fingerprint,
            answer,
            created_at: self.now().as_millis(),
            compressed_answer: compressed,
            size: i64::try_from(size).unwrap_or(i64::MAX),
        })
    }

    /// Adds to what the records of the scope take, and answers how much that is.
    async fn add_record_bytes(&self, bytes: i64) -> Result<i64> {
        let column = scope::Column::IdempotencyBytes;
        let rows = scope::Entity::update_many()
            .col_expr(column, Expr::col(column).add(bytes))
            .filter(scope::Column::Id.eq(self.scope().id.as_str()))
            .exec_with_returning(self.connection())
            .await?;
        let row = rows.into_iter().next();
        row.map(|row| row.idempotency_bytes)
            .ok_or_else(|| Error::internal("a scope is gone"))
    }

    /// Deletes the oldest records, but for that of the call itself, until so many bytes are free.
    async fn make_room(&self, call: &IdempotentCall, mut bytes: i64) -> Result<()> {
        while bytes > 0 {
            let oldest = self.oldest_records(call).await?;
            let mut keys = Vec::new();
            let mut freed = 0;
            for (key, size) in oldest {
                if freed >= bytes {
                    break;
                }
                freed += size;
                keys.push(key);
            }
            if keys.is_empty() {
                return Ok(());
            }
            Entity::delete_many()
                .filter(Column::ScopeId.eq(self.scope().id.as_str()))
                .filter(Column::IdempotencyKey.is_in(keys))
                .exec(self.connection())
                .await?;
            self.add_record_bytes(-freed).await?;
            bytes -= freed;
        }
        Ok(())
    }

    async fn oldest_records(&self, call: &IdempotentCall) -> Result<Vec<(String, i64)>> {
        Ok(within::<Entity>(self)
            .select_only()
            .columns([Column::IdempotencyKey, Column::Size])
            .filter(Column::IdempotencyKey.ne(call.key.as_str()))
            .order_by_asc(Column::CreatedAt)
            .limit(RECORDS_AT_ONCE)
            .into_tuple()
            .all(self.connection())
            .await?)
    }
}

/// An answer in fewer bytes, where that is worth it.
fn compressed(answer: &str) -> Result<Option<Vec<u8>>> {
    if answer.len() < WORTH_COMPRESSING {
        return Ok(None);
    }
    zstd::bulk::compress(answer.as_bytes(), COMPRESSION_LEVEL)
        .map(Some)
        .map_err(|why| Error::Internal(Box::new(why)))
}

/// The answer in a record, if the record is that of the call.
fn answer_of(record: Model, call: &IdempotentCall) -> Result<String> {
    let Some(compressed) = record.compressed_answer else {
        let is_same = record.fingerprint == call.fingerprint;
        return is_same
            .then_some(record.answer)
            .ok_or(Error::IdempotencyKeyMismatch);
    };
    if record.fingerprint.strip_prefix(COMPRESSED) != Some(&call.fingerprint) {
        return Err(Error::IdempotencyKeyMismatch);
    }
    let answer = zstd::stream::decode_all(compressed.as_slice())
        .map_err(|why| Error::Internal(Box::new(why)))?;
    String::from_utf8(answer).map_err(|why| Error::Internal(Box::new(why)))
}

impl Keyed for Model {
    type Key = (String, String);

    fn key(&self) -> Self::Key {
        (self.scope_id.clone(), self.idempotency_key.clone())
    }

    fn is_fixed(column: &Column) -> bool {
        matches!(column, Column::ScopeId | Column::IdempotencyKey)
    }
}

fn oldest_kept(now: Timestamp) -> Timestamp {
    now.plus_millis(-IdempotencyKey::KEPT_MILLIS)
}

/// Deletes the records that are too old to count by the clock of the database, which all servers
/// share, and answers how many.
///
/// # Errors
/// `Unavailable` or `Internal`.
pub async fn sweep(database: &Database) -> Result<u64> {
    let oldest = Expr::cust(now_in_millis(database)).sub(IdempotencyKey::KEPT_MILLIS);
    let tx = database.begin_write().await?;
    let swept = Entity::delete_many()
        .filter(Expr::col(Column::CreatedAt).lte(oldest))
        .exec(&tx)
        .await?;
    database.commit(tx).await?;
    Ok(swept.rows_affected)
}

/// SQL for the database's clock, in milliseconds since 1970.
fn now_in_millis(database: &Database) -> &'static str {
    if database.is_postgres() {
        "CAST(extract(epoch FROM now()) * 1000 AS bigint)"
    } else {
        "CAST(unixepoch('subsec') * 1000 AS integer)"
    }
}

/// Recomputes the size of each scope's records after some were deleted.
///
/// # Errors
/// `Unavailable` or `Internal`.
pub async fn recount(database: &Database) -> Result<()> {
    let ids: Vec<String> = scope::Entity::find()
        .select_only()
        .column(scope::Column::Id)
        .filter(Expr::col(scope::Column::IdempotencyBytes).ne(Expr::cust(SIZE_OF_RECORDS)))
        .into_tuple()
        .all(database.reader())
        .await?;
    for id in ids {
        let tx = database.begin_write().await?;
        // The first statement waits for writes of the scope, so that the second one sees their records.
        let column = scope::Column::IdempotencyBytes;
        set_record_bytes(&tx, &id, Expr::col(column)).await?;
        set_record_bytes(&tx, &id, Expr::cust(SIZE_OF_RECORDS)).await?;
        database.commit(tx).await?;
    }
    Ok(())
}

/// What the records of a row of `scopes` take.
const SIZE_OF_RECORDS: &str = "(SELECT CAST(COALESCE(SUM(size), 0) AS BIGINT) \
     FROM idempotency_records WHERE scope_id = scopes.id)";

async fn set_record_bytes(
    connection: &impl ConnectionTrait,
    scope_id: &str,
    bytes: sea_orm::sea_query::SimpleExpr,
) -> Result<()> {
    scope::Entity::update_many()
        .col_expr(scope::Column::IdempotencyBytes, bytes)
        .filter(scope::Column::Id.eq(scope_id))
        .exec(connection)
        .await?;
    Ok(())
}

#[cfg(test)]
mod tests;
