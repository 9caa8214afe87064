//! Rows of everything in plans.

use serde::{Deserialize, Serialize};

use super::owner::Owner;
use super::{exchange_rate, feature, overage, price, regional_price};
use crate::domain::plan::{Plan, PlanExchangeRate};
use crate::domain::plan_feature::PlanFeature;
use crate::domain::plan_price::PlanPrice;
use crate::store::tables::plan::entity as table;

/// Rows of every table that has contents of plans.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(in crate::store) struct ContentRows {
    pub(super) features: Vec<table::plan_feature::Model>,
    pub(super) prices: Vec<table::plan_price::Model>,
    pub(super) rates: Vec<table::plan_exchange_rate::Model>,
    pub(super) regional_prices: Vec<table::regional_price::Model>,
    pub(super) overages: Vec<table::regional_overage::Model>,
}

impl ContentRows {
    /// The rows of everything in a plan, as a version has them.
    pub fn of_plan(plan: &Plan) -> Self {
        let owner = Owner {
            scope_id: "",
            plan_id: "",
        };
        let features: Vec<_> = plan.features.iter().collect();
        let prices: Vec<_> = plan.prices.iter().collect();
        let rates: Vec<_> = plan.exchange_rates.iter().collect();
        Self::of(owner, &features, &prices, &rates)
    }

    /// The ids of the features.
    pub fn feature_ids(&self) -> impl Iterator<Item = &str> {
        self.features.iter().map(|row| row.feature_id.as_str())
    }

    /// The rows of parts of a plan.
    pub(super) fn of(
        owner: Owner<'_>,
        features: &[&PlanFeature],
        prices: &[&PlanPrice],
        rates: &[&PlanExchangeRate],
    ) -> Self {
        let (features, prices, rates) = (features.iter(), prices.iter(), rates.iter());
        let overages = features
            .clone()
            .flat_map(|item| overage::to_rows(owner, item));
        let regional_prices = prices.clone();
        let regional_prices = regional_prices.flat_map(|item| regional_price::to_rows(owner, item));
        Self {
            overages: overages.collect(),
            regional_prices: regional_prices.collect(),
            features: features.map(|item| feature::to_row(owner, item)).collect(),
            prices: prices.map(|item| price::to_row(owner, item)).collect(),
            rates: rates
                .map(|item| exchange_rate::to_row(owner, item))
                .collect(),
        }
    }
}
