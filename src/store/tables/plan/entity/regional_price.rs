//! Prices in other currencies. Without an intro offer its four columns are null; one that was deleted
//! has `intro_offer_auto_synced` false beside three nulls.
#![allow(missing_docs)] // The columns are the fields of the API, documented there.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::store::query::ScopedEntity;

#[sea_orm::model]
#[derive(Clone, Debug, Default, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[serde(default)]
#[sea_orm(table_name = "regional_prices")]
pub struct Model {
    #[serde(skip)]
    pub scope_id: String,
    #[serde(skip)]
    pub plan_id: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub price_id: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub currency: String,
    pub price: i64,
    pub auto_synced: bool,
    pub included_balance: Option<i64>,
    pub balance_auto_synced: bool,
    pub intro_offer_discount_type: Option<String>,
    pub intro_offer_discount_value: Option<i64>,
    pub intro_offer_duration_cycles: Option<i64>,
    pub intro_offer_auto_synced: Option<bool>,
}

impl ActiveModelBehavior for ActiveModel {}

impl ScopedEntity for Entity {
    const SCOPE_ID: Column = Column::ScopeId;
}
