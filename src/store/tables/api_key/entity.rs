//! API keys; of the secret only a hash.
#![allow(missing_docs)] // The columns are the fields of the API, documented there.

use sea_orm::entity::prelude::*;

use crate::store::query::ScopedEntity;
use crate::store::tables::by_creation::ByCreation;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "api_keys")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    pub scope_id: String,
    pub name: String,
    pub secret_hash: String,
    pub prefix: String,
    pub expires_at: Option<i64>,
    pub last_used_at: Option<i64>,
    pub created_at: i64,
    pub revoked_at: Option<i64>,
    pub permissions: Option<String>,
    pub creation_order: Option<i64>,
}

impl ActiveModelBehavior for ActiveModel {}

impl ScopedEntity for Entity {
    const SCOPE_ID: Column = Column::ScopeId;
}

impl ByCreation for Entity {
    const ID: Column = Column::Id;
    const ORDER: Column = Column::CreationOrder;
}
