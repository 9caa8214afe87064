//! The log: a row for each object that a write changed, so that a write of one object costs one row.
//!
//! The row at position 0 of a revision also has the change itself: its actor, and in `details`
//! everything else that people read about it; of a change of many objects, each row has the `details`
//! of its own object. `version` is what the object was from this revision on;
//! null if it was gone. Rows at the revision at which the log begins are its baseline: what was there
//! already.
#![allow(missing_docs)] // The columns are described above.

use sea_orm::entity::prelude::*;

use crate::store::query::ScopedEntity;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "changes")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub scope_id: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub revision: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub position: i64,
    pub at: i64,
    pub actor_id: Option<String>,
    pub details: Option<Vec<u8>>,
    pub object_type: String,
    pub object_id: String,
    pub version: Option<Vec<u8>>,
}

impl ActiveModelBehavior for ActiveModel {}

impl ScopedEntity for Entity {
    const SCOPE_ID: Column = Column::ScopeId;
}
