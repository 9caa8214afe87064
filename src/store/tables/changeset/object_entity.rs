//! The objects of changesets, many in a row.
#![allow(missing_docs)] // The columns are explained in the migration.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "changeset_objects")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub changeset_id: String,
    /// The place of the first object of the row.
    #[sea_orm(primary_key, auto_increment = false)]
    pub position: i64,
    /// JSON, compressed.
    pub objects: Vec<u8>,
}

impl ActiveModelBehavior for ActiveModel {}
