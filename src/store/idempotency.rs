//! The record of calls that may come again.

use sea_orm::{ColumnTrait, EntityTrait, ExprTrait, QueryFilter, sea_query::Expr};

use super::db::Database;
use super::deferred::Deferred;
use super::diff::{self, Keyed};
use super::entity::idempotency_record::{Column, Entity, Model};
use super::transaction::{InScope, Transaction, only, within};
use crate::domain::idempotency::{IdempotencyKey, IdempotentCall};
use crate::domain::timestamp::Timestamp;
use crate::domain::{Error, Result};

impl Transaction {
    /// The answer that the call got before, if it came before.
    ///
    /// # Errors
    /// `IdempotencyKeyMismatch`, when the key was used for another call; `Unavailable` or
    /// `Internal`.
    pub async fn recall(&self, call: &IdempotentCall, now: Timestamp) -> Result<Option<String>> {
        let place = (
            self.scope().id.as_str().to_owned(),
            call.key.as_str().to_owned(),
        );
        let put_off = |put_off: &Deferred| put_off.idempotency_records.get(&place).cloned();
        let record = match self.find_deferred(put_off) {
            Some(record) => Some(record),
            None => self.find_record(call, now).await?,
        };
        match record {
            Some(record) if record.fingerprint == call.fingerprint => Ok(Some(record.answer)),
            Some(_) => Err(Error::IdempotencyKeyMismatch),
            None => Ok(None),
        }
    }

    async fn find_record(&self, call: &IdempotentCall, now: Timestamp) -> Result<Option<Model>> {
        let kept = within::<Entity>(self)
            .filter(Column::IdempotencyKey.eq(call.key.as_str()))
            .filter(Column::CreatedAt.gt(oldest_kept(now).as_millis()));
        let found = only(kept, self.connection_beside()).await;
        self.checked(found)
    }

    /// Keeps the answer of a call, in the transaction of its change.
    ///
    /// # Errors
    /// `Unavailable` or `Internal`.
    pub async fn remember(
        &self,
        call: &IdempotentCall,
        answer: String,
        now: Timestamp,
    ) -> Result<()> {
        let record = Model {
            scope_id: self.scope().id.as_str().to_owned(),
            idempotency_key: call.key.as_str().to_owned(),
            fingerprint: call.fingerprint.clone(),
            answer,
            created_at: now.as_millis(),
        };
        if self.may_defer() {
            self.deferred().idempotency_records.add([record]);
            return Ok(());
        }
        // A record of the same key that is too old to count may not be swept away yet.
        diff::overwrite(self.connection().await?, [record], Model::is_fixed).await
    }
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
    database.file().require()?;
    let oldest = Expr::cust(now_in_millis(database)).sub(IdempotencyKey::KEPT_MILLIS);
    let swept = Entity::delete_many()
        .filter(Expr::col(Column::CreatedAt).lte(oldest))
        .exec(database.writer())
        .await?;
    database.file().check().await?;
    Ok(swept.rows_affected)
}

/// The time of the database in milliseconds since 1970, in its own words.
fn now_in_millis(database: &Database) -> &'static str {
    if database.is_postgres() {
        "CAST(extract(epoch FROM now()) * 1000 AS bigint)"
    } else {
        "CAST(unixepoch('subsec') * 1000 AS integer)"
    }
}
