//! Answers that are kept for calls that come again: short ones as they are, others compressed.
#![allow(missing_docs)] // The columns are the fields of the API, documented there.

use sea_orm::entity::prelude::*;

use crate::store::query::ScopedEntity;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "idempotency_records")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub scope_id: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub idempotency_key: String,
    pub fingerprint: String,
    pub answer: String,
    pub created_at: i64,
    pub compressed_answer: Option<Vec<u8>>,
    pub size: i64,
}

impl ActiveModelBehavior for ActiveModel {}

impl ScopedEntity for Entity {
    const SCOPE_ID: Column = Column::ScopeId;
}
