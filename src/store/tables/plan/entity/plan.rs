//! Plans; a deleted one keeps its row. `revision` is that of the scope when the plan, or anything
//! in it, last changed.
#![allow(missing_docs)] // The columns are the fields of the API, documented there.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::store::query::ScopedEntity;

#[sea_orm::model]
#[derive(Clone, Debug, Default, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[serde(default)]
#[sea_orm(table_name = "plans")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    #[serde(skip)]
    pub scope_id: String,
    pub code: String,
    pub name: String,
    pub description: Option<String>,
    pub consumption_model: String,
    pub is_public: bool,
    pub is_default: bool,
    pub is_free: bool,
    pub block_on_exhaustion: Option<bool>,
    pub sort_order: i64,
    pub creation_order: i64,
    pub plan_group_id: Option<String>,
    pub metadata: Option<String>,
    pub created_at: i64,
    pub updated_at: i64,
    pub deleted_at: Option<i64>,
    #[serde(skip)]
    pub revision: i64,
}

impl ActiveModelBehavior for ActiveModel {}

impl ScopedEntity for Entity {
    const SCOPE_ID: Column = Column::ScopeId;
}
