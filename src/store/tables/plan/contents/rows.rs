//! The rows of the contents of plans.

use crate::store::tables::plan::entity::{
    plan_exchange_rate, plan_feature, plan_price, regional_overage, regional_price,
};

/// Rows of every table that has contents of plans.
pub(super) struct Rows {
    pub features: Vec<plan_feature::Model>,
    pub prices: Vec<plan_price::Model>,
    pub rates: Vec<plan_exchange_rate::Model>,
    pub regional_prices: Vec<regional_price::Model>,
    pub overages: Vec<regional_overage::Model>,
}
