//! The order in which people read the values of a plan.

use std::collections::HashMap;

use crate::domain::money::Currency;
use crate::domain::plan::Plan;

/// The lists of a plan in their order.
const LISTS: [&str; 3] = ["prices", "features", "exchangeRates"];

/// What a path ends with, in the order within a part.
const FIELDS: [&str; 7] = [
    "",
    ".price",
    ".includedBalance",
    ".introOffer.discountValue",
    ".overage.unitPrice",
    ".overageUnitPrice",
    ".exchangeRate",
];

/// The order of the values of a plan: its prices, its features and its rates, each in the order of
/// the plan and first in US dollars, as an explanation has them.
pub(super) struct LeafOrder<'a> {
    plan: &'a Plan,
    features: HashMap<&'a str, usize>,
}

/// The position of a path.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Position {
    list: Option<usize>,
    part: Option<usize>,
    currency: Option<Currency>,
    field: Option<usize>,
}

impl<'a> LeafOrder<'a> {
    /// The order of a plan.
    pub fn of(plan: &'a Plan) -> Self {
        let features = plan.features.iter().enumerate();
        let features = features.map(|(index, item)| (item.feature.code.as_str(), index));
        Self {
            plan,
            features: features.collect(),
        }
    }

    /// The position of a path, such as `prices[monthly].regionalPrices[jpy].price`.
    pub fn position(&self, path: &str) -> Position {
        let mut parts = path.split(['[', ']']);
        let list = parts.next().unwrap_or_default();
        let key = parts.next().unwrap_or_default();
        let mut field = parts.next().unwrap_or_default();
        let mut currency = match list {
            "exchangeRates" => Currency::parse(key),
            _ => None,
        };
        if field == ".regionalPrices" {
            currency = parts.next().and_then(Currency::parse);
            field = parts.next().unwrap_or_default();
        }
        Position {
            list: LISTS.iter().position(|known| *known == list),
            part: match list {
                "prices" => self.price(key),
                "features" => self.features.get(key).copied(),
                _ => None,
            },
            currency,
            field: FIELDS.iter().position(|known| *known == field),
        }
    }

    fn price(&self, interval: &str) -> Option<usize> {
        let mut prices = self.plan.prices.iter();
        prices.position(|price| price.billing_interval.as_str() == interval)
    }
}
