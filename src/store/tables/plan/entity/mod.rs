//! The tables of plans and their contents.

pub mod plan;
pub mod plan_exchange_rate;
pub mod plan_feature;
pub mod plan_price;
pub mod regional_overage;
pub mod regional_price;
