//! Features; a deleted one keeps its row for the plans that had it.
#![allow(missing_docs)] // The columns are the fields of the API, documented there.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::store::query::ScopedEntity;
use crate::store::tables::by_creation::ByCreation;

#[sea_orm::model]
#[derive(Clone, Debug, Default, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[serde(default)]
#[sea_orm(table_name = "features")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    #[serde(skip)]
    pub scope_id: String,
    pub code: String,
    pub name: String,
    #[sea_orm(column_name = "type")]
    pub feature_type: String,
    pub description: Option<String>,
    pub unit_name: Option<String>,
    pub created_at: i64,
    pub updated_at: i64,
    #[serde(skip)]
    pub deleted_at: Option<i64>,
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
