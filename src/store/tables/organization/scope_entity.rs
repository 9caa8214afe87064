//! An organization in one mode.
//!
//! Every write raises `revision`, and puts the tag of the state that it leads to at the front of
//! `states`; `last_write_at` is its time, which never runs backwards. `keys_revision` is the last
//! revision that changed what a key opens. `tracked_writes` counts the writes that note the revision
//! at the plans that they change: programs of the previous version compare it. `idempotency_bytes` is
//! the size of the scope's idempotency records. The log of changes has everything after `history_start`
//! up to `logged_revision`; a program of the previous version leaves that one behind. Both are null before
//! the log has a baseline.
#![allow(missing_docs)] // The columns are the fields of the API, documented there.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "scopes")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    pub organization_id: String,
    pub mode: String,
    pub revision: i64,
    pub tracked_writes: i64,
    pub keys_revision: i64,
    pub states: String,
    pub last_write_at: i64,
    pub idempotency_bytes: i64,
    pub logged_revision: Option<i64>,
    pub history_start: Option<i64>,
}

impl ActiveModelBehavior for ActiveModel {}
