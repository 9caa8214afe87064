//! The parts of a plan that a request names.

use std::collections::{HashMap, HashSet};

use crate::domain::error::{Error, Result, Violations};
use crate::domain::feature::FeatureRef;
use crate::domain::id::PriceId;
use crate::domain::plan::Plan;
use crate::domain::plan_feature::PlanFeature;

/// The parts of a plan that a request names, in the order of the request.
pub(super) struct NamedParts {
    /// Indexes of the prices.
    pub prices: Vec<usize>,
    /// Indexes of the features.
    pub features: Vec<usize>,
    /// Indexes of the prices whose intro offers are named.
    pub intro_offers: Vec<usize>,
}

impl NamedParts {
    /// Refuses a request that names the same part twice in one list. An item names the part in one
    /// of its fields, such as `.priceId`; if the suffix is empty, the item itself is the name.
    pub fn check_once(&self, violations: &mut Violations, price_field: &str, feature_field: &str) {
        require_once(violations, &self.prices, |item| {
            format!("prices[{item}]{price_field}")
        });
        require_once(violations, &self.features, |item| {
            format!("features[{item}]{feature_field}")
        });
        require_once(violations, &self.intro_offers, |item| {
            format!("introOffers[{item}]{price_field}")
        });
    }

    /// The position in the request of the first item that names a price.
    pub fn price_position(&self, plan: &Plan, id: &PriceId) -> Option<usize> {
        position_of(&self.prices, plan, id)
    }

    /// The position in the request of the first item that names the intro offer of a price.
    pub fn offer_position(&self, plan: &Plan, id: &PriceId) -> Option<usize> {
        position_of(&self.intro_offers, plan, id)
    }
}

fn position_of(list: &[usize], plan: &Plan, id: &PriceId) -> Option<usize> {
    let index = plan.price_index(Some(id)).ok()?;
    list.iter().position(|named| *named == index)
}

/// Finds the parts of the plan that the items of a list name in the field with this suffix; see
/// [`NamedParts::check_once`].
pub(super) fn find_all<T>(
    names: impl Iterator<Item = T>,
    list: &str,
    field: &str,
    find: impl Fn(T) -> Result<usize>,
) -> Result<Vec<usize>> {
    names
        .enumerate()
        .map(|(item, name)| {
            find(name).map_err(|error| error.in_field(format!("{list}[{item}]{field}")))
        })
        .collect()
}

/// An index of the features of a plan by id and code, so that requests that name many stay fast. An
/// id and a code never look alike.
pub(super) struct FeaturesByName<'a>(HashMap<&'a str, usize>);

impl<'a> FeaturesByName<'a> {
    /// Indexes the features of a plan.
    pub fn of(plan: &'a Plan) -> Self {
        let features = plan.features.iter().enumerate();
        let names = features.flat_map(|(index, PlanFeature { feature, .. })| {
            [(feature.id.as_str(), index), (feature.code.as_str(), index)]
        });
        Self(names.collect())
    }

    /// The index of a feature in the plan.
    ///
    /// # Errors
    /// `FeatureNotInPlan`.
    pub fn index(&self, name: Option<&FeatureRef>) -> Result<usize> {
        let found = name.and_then(|name| self.0.get(name.as_str()));
        found.copied().ok_or(Error::FeatureNotInPlan)
    }
}

/// The items of a list with the index of the part that each names; of items that name the same
/// part, only the first.
pub(super) fn firsts<'a, T>(
    indexes: &'a [usize],
    items: &'a [T],
) -> impl Iterator<Item = (usize, &'a T)> {
    let mut seen = HashSet::with_capacity(indexes.len());
    let all = indexes.iter().copied().zip(items);
    all.filter(move |(index, _)| seen.insert(*index))
}

/// Refuses a request that names the same part of the plan twice in one list.
fn require_once(violations: &mut Violations, indexes: &[usize], field: impl Fn(usize) -> String) {
    let mut seen = HashSet::with_capacity(indexes.len());
    for (item, index) in indexes.iter().enumerate() {
        if !seen.insert(index) {
            violations.add(field(item), "Is named twice.");
        }
    }
}
