//! Features in plans.
#![allow(missing_docs)] // The columns are the fields of the API, documented there.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::store::query::ScopedEntity;

#[sea_orm::model]
#[derive(Clone, Debug, Default, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[serde(default)]
#[sea_orm(table_name = "plan_features")]
pub struct Model {
    #[serde(skip)]
    pub scope_id: String,
    #[serde(skip)]
    #[sea_orm(primary_key, auto_increment = false)]
    pub plan_id: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub feature_id: String,
    pub enabled: bool,
    pub included_amount: i64,
    pub unlimited: bool,
    pub overage_enabled: bool,
    pub overage_unit_price: i64,
    pub credits_per_unit: Option<i64>,
    pub pricing_mode: String,
    pub margin: Option<i64>,
    pub position: i64,
}

impl ActiveModelBehavior for ActiveModel {}

impl ScopedEntity for Entity {
    const SCOPE_ID: Column = Column::ScopeId;
}
