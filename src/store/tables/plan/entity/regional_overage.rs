//! Prices of overage in other currencies.
#![allow(missing_docs)] // The columns are the fields of the API, documented there.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::store::query::ScopedEntity;

#[sea_orm::model]
#[derive(Clone, Debug, Default, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[serde(default)]
#[sea_orm(table_name = "regional_overages")]
pub struct Model {
    #[serde(skip)]
    pub scope_id: String,
    #[serde(skip)]
    #[sea_orm(primary_key, auto_increment = false)]
    pub plan_id: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub feature_id: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub currency: String,
    pub overage_unit_price: i64,
    pub auto_synced: bool,
}

impl ActiveModelBehavior for ActiveModel {}

impl ScopedEntity for Entity {
    const SCOPE_ID: Column = Column::ScopeId;
}
