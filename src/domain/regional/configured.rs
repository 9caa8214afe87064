//! Counting the regional values of a plan.

use crate::domain::money::Currency;
use crate::domain::plan::Plan;

/// The number of parts of a plan that have a value in a currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Configured {
    /// The number of prices.
    pub prices: usize,
    /// The number of features.
    pub features: usize,
}

impl Configured {
    /// Counts the visible values of a plan in a currency.
    pub(super) fn of(plan: &Plan, currency: Currency) -> Self {
        let prices = plan.prices.iter();
        let features = plan.features.iter();
        Self {
            prices: prices
                .filter(|price| price.regional.contains_key(&currency))
                .count(),
            features: features
                .filter(|item| item.visible_regional().contains_key(&currency))
                .count(),
        }
    }
}
