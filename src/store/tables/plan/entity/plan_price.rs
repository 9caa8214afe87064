//! Prices of plans. A price without an intro offer has null in all four of its columns.
#![allow(missing_docs)] // The columns are the fields of the API, documented there.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::store::query::ScopedEntity;

#[sea_orm::model]
#[derive(Clone, Debug, Default, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[serde(default)]
#[sea_orm(table_name = "plan_prices")]
pub struct Model {
    #[serde(skip)]
    pub scope_id: String,
    #[serde(skip)]
    pub plan_id: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    pub billing_interval: String,
    pub price: i64,
    pub is_default: bool,
    pub trial_days: i64,
    pub included_balance: Option<i64>,
    pub included_credits: Option<i64>,
    pub intro_offer_enabled: Option<bool>,
    pub intro_offer_discount_type: Option<String>,
    pub intro_offer_discount_value: Option<i64>,
    pub intro_offer_duration_cycles: Option<i64>,
    pub position: i64,
    pub created_at: i64,
    pub updated_at: i64,
}

impl ActiveModelBehavior for ActiveModel {}

impl ScopedEntity for Entity {
    const SCOPE_ID: Column = Column::ScopeId;
}
