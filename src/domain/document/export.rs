//! A catalog as a document: by codes and names, in order of age, with defaults left out.

use std::collections::{HashMap, HashSet};

use super::{
    Document, FeatureEntry, GroupEntry, PlanEntry, PlanFeatureEntry, PriceEntry, RegionalEntry,
    RegionalOfferEntry, RegionalPriceEntry,
};
use crate::domain::catalog::Catalog;
use crate::domain::feature::{Feature, FeatureType};
use crate::domain::money::Currency;
use crate::domain::patch::Patch;
use crate::domain::plan::{ConsumptionModel, Plan};
use crate::domain::plan_feature::PlanFeature;
use crate::domain::plan_group::PlanGroup;
use crate::domain::plan_price::PlanPrice;
use crate::domain::regional::{RegionalOffer, RegionalPrice};
use crate::domain::text::Code;

impl Document {
    /// The whole of a catalog. A section for which the catalog has nothing is left out.
    pub fn of(catalog: &Catalog) -> Self {
        let members = catalog.members();
        let handles = handles(&catalog.groups);
        let groups = catalog.groups.iter().zip(handles).map(|(group, handle)| {
            let plans = members.get(&group.id).into_iter().flatten();
            let plans: Vec<Code> = plans.map(|plan| plan.code.clone()).collect();
            GroupEntry::of(group, handle, plans)
        });
        Self {
            features: some(catalog.features.iter().map(FeatureEntry::of)),
            groups: some(groups),
            plans: some(catalog.plans.iter().map(PlanEntry::of)),
        }
    }
}

fn some<T>(items: impl Iterator<Item = T>) -> Option<Vec<T>> {
    let items: Vec<T> = items.collect();
    (!items.is_empty()).then_some(items)
}

/// The handles of groups: the name in lower case with `_` for everything that codes do not have, and a
/// number from 2 on if an earlier group has it already.
pub fn handles(groups: &[PlanGroup]) -> Vec<String> {
    let mut taken = HashSet::new();
    let mut next: HashMap<String, usize> = HashMap::new();
    let mut handle = |group: &PlanGroup| {
        let base = handle_of(group.name.as_str());
        let mut handle = base.clone();
        let number = next.entry(base.clone()).or_insert(2);
        while !taken.insert(handle.clone()) {
            handle = format!("{base}_{number}");
            *number += 1;
        }
        handle
    };
    groups.iter().map(&mut handle).collect()
}

fn handle_of(name: &str) -> String {
    let mut handle = String::new();
    for character in name.to_lowercase().chars() {
        match character {
            'a'..='z' | '0'..='9' => handle.push(character),
            _ if handle.ends_with('_') || handle.is_empty() => {}
            _ => handle.push('_'),
        }
    }
    match handle.trim_end_matches('_') {
        "" => "group".to_owned(),
        handle => handle.to_owned(),
    }
}

fn set<T: Clone>(value: Option<&T>) -> Patch<T> {
    value.map_or(Patch::Keep, |value| Patch::Set(value.clone()))
}

impl FeatureEntry {
    fn of(feature: &Feature) -> Self {
        let Feature {
            id: _,
            code,
            name,
            feature_type,
            description,
            unit_name,
            created_at: _,
            updated_at: _,
        } = feature;
        Self {
            code: code.clone(),
            name: name.clone(),
            feature_type: *feature_type,
            description: set(description.as_ref()),
            unit_name: set(unit_name.as_ref()),
        }
    }
}

impl GroupEntry {
    fn of(group: &PlanGroup, handle: String, plans: Vec<Code>) -> Self {
        let PlanGroup {
            id: _,
            name,
            description,
            is_public,
            created_at: _,
            updated_at: _,
        } = group;
        Self {
            handle,
            name: name.clone(),
            description: set(description.as_ref()),
            is_public: (!is_public).then_some(false),
            plans: some(plans.into_iter()),
        }
    }
}

impl PlanEntry {
    /// All of a plan, with what is at its default left out.
    pub fn of(plan: &Plan) -> Self {
        let Plan {
            id: _,
            code,
            name,
            description,
            consumption_model,
            is_public,
            is_default,
            is_free,
            block_on_exhaustion,
            sort_order: _,
            creation_order: _,
            plan_group_id: _,
            metadata,
            created_at: _,
            updated_at: _,
            deleted_at: _,
            features,
            prices,
            exchange_rates: _,
        } = plan;
        Self {
            code: code.clone(),
            name: name.clone(),
            description: set(description.as_ref()),
            consumption_model: (*consumption_model != ConsumptionModel::Metered)
                .then_some(*consumption_model),
            is_public: (!is_public).then_some(false),
            is_free: is_free.then_some(true),
            block_on_exhaustion: match block_on_exhaustion {
                Some(true) => Patch::Set(true),
                Some(false) | None => Patch::Keep,
            },
            metadata: set(metadata.as_ref().filter(|data| !data.is_empty())),
            is_default: is_default.then_some(true),
            features: some(features.iter().map(PlanFeatureEntry::of)),
            prices: some(prices.iter().map(PriceEntry::of)),
            regional: some(currencies(plan).map(|currency| RegionalEntry::of(plan, currency))),
        }
    }
}

impl PlanEntry {
    /// A plan of which everything stays as it is.
    pub(in crate::domain) fn untouched(plan: &Plan) -> Self {
        Self {
            code: plan.code.clone(),
            name: plan.name.clone(),
            description: Patch::Keep,
            consumption_model: None,
            is_public: None,
            is_free: None,
            block_on_exhaustion: Patch::Keep,
            metadata: Patch::Keep,
            is_default: None,
            features: None,
            prices: None,
            regional: None,
        }
    }
}

/// The currencies in which a plan has a rate or a value, shown or not.
fn currencies(plan: &Plan) -> impl Iterator<Item = Currency> {
    let has = |currency: &Currency| {
        plan.rate_of(*currency).is_some()
            || plan
                .prices
                .iter()
                .any(|price| price.regional.contains_key(currency))
            || plan
                .features
                .iter()
                .any(|item| item.regional.contains_key(currency))
    };
    Currency::ALL.iter().copied().filter(has)
}

impl PlanFeatureEntry {
    fn of(item: &PlanFeature) -> Self {
        Self {
            code: item.feature.code.clone(),
            settings: item.settings,
            is_switch: item.feature.feature_type == FeatureType::Boolean,
        }
    }
}

impl PriceEntry {
    fn of(price: &PlanPrice) -> Self {
        Self {
            interval: price.billing_interval,
            terms: price.terms,
            is_default: price.is_default.then_some(true),
        }
    }
}

impl RegionalEntry {
    fn of(plan: &Plan, currency: Currency) -> Self {
        let rate = plan.rate_of(currency).cloned();
        let has_rate = rate.is_some();
        let prices = plan.prices.iter().filter_map(|price| {
            let entry = RegionalPriceEntry::of(price.regional.get(&currency), has_rate)?;
            Some((price.billing_interval, entry))
        });
        let features = plan.features.iter().filter_map(|item| {
            let manual = item.regional.get(&currency);
            let manual = manual.filter(|value| !value.auto_synced)?;
            Some((item.feature.code.clone(), manual.unit_price))
        });
        Self {
            currency,
            rate,
            prices: prices.collect(),
            features: features.collect(),
        }
    }
}

impl RegionalPriceEntry {
    /// A price that is derived as a whole.
    pub const DERIVED: Self = Self::Present {
        price: None,
        balance: None,
        offer: RegionalOfferEntry::Derived,
    };

    /// What a document says of a price in a currency; `None` for what it means without a word.
    fn of(regional: Option<&RegionalPrice>, has_rate: bool) -> Option<Self> {
        let Some(regional) = regional else {
            return has_rate.then_some(Self::Absent);
        };
        let RegionalPrice {
            price,
            auto_synced,
            included_balance,
            balance_auto_synced,
            intro_offer,
        } = *regional;
        let entry = Self::Present {
            price: (!auto_synced).then_some(price),
            balance: included_balance.filter(|_| !balance_auto_synced),
            offer: match intro_offer {
                RegionalOffer::Derived(_) => RegionalOfferEntry::Derived,
                RegionalOffer::Manual(terms) => RegionalOfferEntry::Manual(terms),
                RegionalOffer::Deleted => RegionalOfferEntry::Absent,
            },
        };
        (entry != Self::DERIVED || !has_rate).then_some(entry)
    }
}
