//! The log: one row for every write that changed something. `objects` is what happened to which
//! objects, compressed.
#![allow(missing_docs)] // The columns are the fields of the API, documented there.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "changes")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub scope_id: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub revision: i64,
    pub at: i64,
    pub actor_type: String,
    pub actor_id: Option<String>,
    pub actor_name: String,
    pub actor_prefix: Option<String>,
    pub operation: String,
    pub request_id: Option<String>,
    pub note: Option<String>,
    pub reverts: Option<i64>,
    pub objects: Vec<u8>,
}

impl ActiveModelBehavior for ActiveModel {}
