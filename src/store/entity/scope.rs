//! An organization in one mode.
//!
//! `revision` goes up with every write in it, and `tracked_writes` with every write that also
//! notes the revision at the plans that it changes; `keys_revision` is the last revision that
//! changed what a key opens.
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
}

impl ActiveModelBehavior for ActiveModel {}
