//! The parts of a plan that a request names.

use std::collections::{HashMap, HashSet};

use crate::domain::error::{Error, Result, Violations};
use crate::domain::feature::FeatureRef;
use crate::domain::id::PriceId;
use crate::domain::plan::Plan;
use crate::domain::plan_feature::PlanFeature;

/// The parts of a plan that a request names, in the order of the request.
pub(super) struct NamedParts {
    /// Prices whose values are named.
    pub prices: Vec<usize>,
    /// Features.
    pub features: Vec<usize>,
    /// Prices whose intro offers are named.
    pub intro_offers: Vec<usize>,
}

impl NamedParts {
    /// Refuses a request that names the same part of the plan twice in one list. An item names it
    /// in one of its fields, such as `.priceId`, or is the name itself, where the field is empty.
    pub fn check_once(&self, violations: &mut Violations, price_field: &str, feature_field: &str) {
        require_once(violations, &self.prices, |at| {
            format!("prices[{at}]{price_field}")
        });
        require_once(violations, &self.features, |at| {
            format!("features[{at}]{feature_field}")
        });
        require_once(violations, &self.intro_offers, |at| {
            format!("introOffers[{at}]{price_field}")
        });
    }

    /// The first item that names a price.
    pub fn price_place(&self, plan: &Plan, id: &PriceId) -> Option<usize> {
        place_of(&self.prices, plan, id)
    }

    /// The first item that names the intro offer of a price.
    pub fn offer_place(&self, plan: &Plan, id: &PriceId) -> Option<usize> {
        place_of(&self.intro_offers, plan, id)
    }
}

fn place_of(list: &[usize], plan: &Plan, id: &PriceId) -> Option<usize> {
    let index = plan.price_index(Some(id)).ok()?;
    list.iter().position(|named| *named == index)
}

/// The places in the plan of what the items of a list name, in the field with this suffix; see
/// [`NamedParts::check_once`].
pub(super) fn found<T>(
    names: impl Iterator<Item = T>,
    list: &str,
    field: &str,
    find: impl Fn(T) -> Result<usize>,
) -> Result<Vec<usize>> {
    names
        .enumerate()
        .map(|(at, name)| find(name).map_err(|why| why.in_field(format!("{list}[{at}]{field}"))))
        .collect()
}

/// The features of a plan by their ids and codes, so that many are found as quickly as few. The two
/// never look alike.
pub(super) struct FeaturesByName<'a>(HashMap<&'a str, usize>);

impl<'a> FeaturesByName<'a> {
    /// Indexes the features of a plan.
    pub fn of(plan: &'a Plan) -> Self {
        let features = plan.features.iter().enumerate();
        let names = features.flat_map(|(at, PlanFeature { feature, .. })| {
            [(feature.id.as_str(), at), (feature.code.as_str(), at)]
        });
        Self(names.collect())
    }

    /// The place of a feature in the plan.
    ///
    /// # Errors
    /// `FeatureNotInPlan`.
    pub fn index(&self, name: Option<&FeatureRef>) -> Result<usize> {
        let found = name.and_then(|name| self.0.get(name.as_str()));
        found.copied().ok_or(Error::FeatureNotInPlan)
    }
}

/// The items of a list with the parts that they name; of those that name the same, the first.
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
    for (at, index) in indexes.iter().enumerate() {
        if !seen.insert(index) {
            violations.add(field(at), "Is named twice.");
        }
    }
}
