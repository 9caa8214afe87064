//! Leaving out what a document says without need.

use super::{
    Document, FeatureEntry, GroupEntry, PlanEntry, PlanFeatureEntry, PriceEntry, RegionalEntry,
    RegionalPriceEntry,
};
use crate::domain::patch::Patch;
use crate::domain::plan::ConsumptionModel;
use crate::domain::plan_feature::PlanFeatureSettings;

impl Document {
    /// The same document without what is at its default, as a catalog is written: two documents of
    /// whole catalogs that mean the same become equal, but for the order of their entries.
    #[must_use]
    pub fn without_defaults(self) -> Self {
        let Self {
            features,
            groups,
            plans,
        } = self;
        Self {
            features: each(features, FeatureEntry::without_defaults),
            groups: each(groups, GroupEntry::without_defaults),
            plans: each(plans, PlanEntry::without_defaults),
        }
    }
}

/// Changes each item; an empty list is left out.
fn each<T>(items: Option<Vec<T>>, change: impl Fn(T) -> T) -> Option<Vec<T>> {
    let items = items.filter(|items| !items.is_empty())?;
    Some(items.into_iter().map(change).collect())
}

/// Leaves a default out, and null, which means it.
fn set<T>(patch: Patch<T>, is_default: impl FnOnce(&T) -> bool) -> Patch<T> {
    match patch {
        Patch::Set(value) if !is_default(&value) => Patch::Set(value),
        _ => Patch::Keep,
    }
}

impl FeatureEntry {
    fn without_defaults(self) -> Self {
        Self {
            description: set(self.description, |_| false),
            unit_name: set(self.unit_name, |_| false),
            ..self
        }
    }
}

impl GroupEntry {
    fn without_defaults(self) -> Self {
        Self {
            description: set(self.description, |_| false),
            is_public: self.is_public.filter(|is_public| !is_public),
            plans: self.plans.filter(|plans| !plans.is_empty()),
            ..self
        }
    }
}

impl PlanEntry {
    fn without_defaults(self) -> Self {
        let is_other = |model: &ConsumptionModel| *model != ConsumptionModel::Metered;
        Self {
            description: set(self.description, |_| false),
            consumption_model: self.consumption_model.filter(is_other),
            is_public: self.is_public.filter(|is_public| !is_public),
            is_free: self.is_free.filter(|is_free| *is_free),
            block_on_exhaustion: set(self.block_on_exhaustion, |blocks| !blocks),
            metadata: set(self.metadata, |metadata| metadata.is_empty()),
            is_default: self.is_default.filter(|is_default| *is_default),
            features: each(self.features, PlanFeatureEntry::without_defaults),
            prices: each(self.prices, PriceEntry::without_defaults),
            regional: each(self.regional, RegionalEntry::without_defaults),
            ..self
        }
    }
}

impl PlanFeatureEntry {
    /// What is only switched on or off is written as a switch.
    fn without_defaults(self) -> Self {
        let switch = PlanFeatureSettings {
            enabled: self.settings.enabled,
            ..PlanFeatureSettings::DEFAULT
        };
        Self {
            is_switch: self.settings == switch,
            ..self
        }
    }
}

impl PriceEntry {
    fn without_defaults(self) -> Self {
        Self {
            is_default: self.is_default.filter(|is_default| *is_default),
            ..self
        }
    }
}

impl RegionalEntry {
    /// With a rate a price is derived unless something else is said; without one there is none.
    fn without_defaults(self) -> Self {
        let silent = match self.rate {
            Some(_) => RegionalPriceEntry::DERIVED,
            None => RegionalPriceEntry::Absent,
        };
        let prices = self.prices.into_iter();
        Self {
            prices: prices.filter(|(_, price)| *price != silent).collect(),
            ..self
        }
    }
}
