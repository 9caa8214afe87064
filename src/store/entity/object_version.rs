//! What an object was from a revision on: `body` is null when it was gone. It is compressed against the
//! version at `base_revision` of the same object, unless that is this version itself, which then is
//! compressed alone.
#![allow(missing_docs)] // The columns are the fields of the API, documented there.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "object_versions")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub scope_id: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub object_type: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub object_id: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub revision: i64,
    pub base_revision: i64,
    pub body: Option<Vec<u8>>,
}

impl ActiveModelBehavior for ActiveModel {}
