//! The record of calls that may come again.

use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};

use super::db::{Database, InScope, Transaction, within};
use super::entity::idempotency_record::{ActiveModel, Column, Entity};
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
        let record = within::<Entity>(self)
            .filter(Column::IdempotencyKey.eq(call.key.as_str()))
            .filter(Column::CreatedAt.gt(oldest_kept(now).as_millis()))
            .one(self.connection())
            .await?;
        match record {
            Some(record) if record.fingerprint == call.fingerprint => Ok(Some(record.answer)),
            Some(_) => Err(Error::IdempotencyKeyMismatch),
            None => Ok(None),
        }
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
        // A record of the same key that is too old to count may not be swept away yet.
        Entity::delete_many()
            .filter(Column::ScopeId.eq(self.scope().id.as_str()))
            .filter(Column::IdempotencyKey.eq(call.key.as_str()))
            .exec(self.connection())
            .await?;
        let record = ActiveModel {
            scope_id: Set(self.scope().id.as_str().to_owned()),
            idempotency_key: Set(call.key.as_str().to_owned()),
            fingerprint: Set(call.fingerprint.clone()),
            answer: Set(answer),
            created_at: Set(now.as_millis()),
        };
        Entity::insert(record)
            .exec_without_returning(self.connection())
            .await?;
        Ok(())
    }
}

fn oldest_kept(now: Timestamp) -> Timestamp {
    now.plus_millis(-IdempotencyKey::KEPT_MILLIS)
}

/// Deletes the records that are too old to count, and answers how many.
///
/// # Errors
/// `Unavailable` or `Internal`.
pub async fn sweep(database: &Database, now: Timestamp) -> Result<u64> {
    let swept = Entity::delete_many()
        .filter(Column::CreatedAt.lte(oldest_kept(now).as_millis()))
        .exec(database.writer())
        .await?;
    Ok(swept.rows_affected)
}
