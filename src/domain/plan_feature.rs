//! Features in a plan: what of a feature the plan includes, and what more of it costs.

use std::collections::BTreeMap;

use super::error::{Error, Result, Taken, Violations};
use super::feature::{Feature, FeatureRef};
use super::id::FeatureId;
use super::money::{BasisPoints, Count, Currency, UnitPrice};
use super::patch::Patch;
use super::plan::{Plan, PlanExchangeRate};
use super::plan_check::{PlanCheck, Rule};
use super::regional::{Blame, Deriver};
use super::word::words;

words! {
    /// How the use of a feature is priced in a balance plan.
    pub enum PricingMode {
        /// By a fixed price per unit.
        Fixed = "fixed",
        /// By what the AI model used costs, plus a margin.
        AiModel = "ai_model",
    }
}

/// What use beyond the included amount costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Overage {
    /// Whether use may go beyond the included amount.
    pub enabled: bool,
    /// Price of one unit on the rate scale (1/10000 of a US dollar).
    pub unit_price: UnitPrice,
}

/// How a plan includes a feature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlanFeatureSettings {
    /// Whether the plan gives access to the feature.
    pub enabled: bool,
    /// Units included.
    pub included_amount: Count,
    /// Whether there is no limit; excludes overage.
    pub unlimited: bool,
    /// What more costs.
    pub overage: Overage,
    /// Credits that one unit takes; credits plans only.
    pub credits_per_unit: Option<Count>,
    /// How use is priced.
    pub pricing_mode: PricingMode,
    /// What is added to the cost of an AI model; balance plans with `ai_model` only.
    pub margin: Option<BasisPoints>,
}

/// A feature in a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanFeature {
    /// The feature.
    pub feature: Feature,
    /// How the plan includes it.
    pub settings: PlanFeatureSettings,
    /// Place by the time it was added to the plan.
    pub position: i64,
    /// What is kept of the price of one unit of overage, by currency: manual ones also while there
    /// is no overage, although they are not visible then. See [`Self::visible_regional`].
    pub regional: BTreeMap<Currency, RegionalOverage>,
}

/// The price of one unit of overage in a currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RegionalOverage {
    /// On the rate scale (1/10000 of a major unit).
    pub unit_price: UnitPrice,
    /// Whether it is derived and follows its base.
    pub auto_synced: bool,
}

/// A change of how a plan includes a feature; what is absent stays.
#[derive(Debug, Clone, Default)]
pub struct PlanFeaturePatch {
    /// See [`PlanFeatureSettings::enabled`].
    pub enabled: Option<bool>,
    /// See [`PlanFeatureSettings::included_amount`].
    pub included_amount: Option<Count>,
    /// See [`PlanFeatureSettings::unlimited`].
    pub unlimited: Option<bool>,
    /// See [`Overage::enabled`].
    pub overage_enabled: Option<bool>,
    /// See [`Overage::unit_price`].
    pub overage_unit_price: Option<UnitPrice>,
    /// See [`PlanFeatureSettings::credits_per_unit`].
    pub credits_per_unit: Patch<Count>,
}

impl PlanFeatureSettings {
    /// What a client gets that says nothing.
    pub const DEFAULT: Self = Self {
        enabled: true,
        included_amount: Count::ZERO,
        unlimited: false,
        overage: Overage {
            enabled: false,
            unit_price: UnitPrice::ZERO,
        },
        credits_per_unit: None,
        pricing_mode: PricingMode::Fixed,
        margin: None,
    };

    fn patched(mut self, patch: &PlanFeaturePatch) -> Self {
        let PlanFeaturePatch {
            enabled,
            included_amount,
            unlimited,
            overage_enabled,
            overage_unit_price,
            credits_per_unit,
        } = patch;
        self.enabled = enabled.unwrap_or(self.enabled);
        self.included_amount = included_amount.unwrap_or(self.included_amount);
        self.unlimited = unlimited.unwrap_or(self.unlimited);
        self.overage.enabled = overage_enabled.unwrap_or(self.overage.enabled);
        self.overage.unit_price = overage_unit_price.unwrap_or(self.overage.unit_price);
        self.credits_per_unit = credits_per_unit.apply(self.credits_per_unit);
        self
    }
}

/// The field of a feature to blame for a rule. `names_overage` is whether the call says that there
/// is overage or none.
fn field_of(rule: Rule, names_overage: bool) -> &'static str {
    match rule {
        Rule::Boolean(field) => field,
        Rule::UnlimitedOverage if !names_overage => "unlimited",
        Rule::CreditsPerUnit => "creditsPerUnit",
        Rule::AiModel => "pricingMode",
        Rule::Margin => "margin",
        // The other rules are of overage, or of prices, which these calls do not touch.
        _ => "overage.enabled",
    }
}

impl PlanFeature {
    /// The price of one unit of overage by currency: none while there is no overage.
    pub fn visible_regional(&self) -> &BTreeMap<Currency, RegionalOverage> {
        static NONE: BTreeMap<Currency, RegionalOverage> = BTreeMap::new();
        if self.settings.overage.enabled {
            &self.regional
        } else {
            &NONE
        }
    }

    /// Derives the price of overage at every rate; where there is no overage, derived prices go.
    fn sync_all(&mut self, rates: &[PlanExchangeRate], blame: &Blame, violations: &mut Violations) {
        if !self.settings.overage.enabled {
            self.regional.retain(|_, regional| !regional.auto_synced);
        }
        for PlanExchangeRate {
            currency,
            exchange_rate,
        } in rates
        {
            self.sync(Deriver::at(exchange_rate, *currency, blame, violations));
        }
    }

    /// Derives the price of overage in a currency, if there is overage and no manual price.
    pub(super) fn sync(&mut self, mut deriver: Deriver<'_>) {
        let Overage {
            enabled,
            unit_price,
        } = self.settings.overage;
        let is_manual = |regional: &RegionalOverage| !regional.auto_synced;
        if enabled
            && !self
                .regional
                .get(&deriver.currency())
                .is_some_and(is_manual)
        {
            self.regional
                .insert(deriver.currency(), deriver.overage(unit_price));
        }
    }
}

impl Plan {
    /// The feature of the plan that is named.
    ///
    /// # Errors
    /// `FeatureNotInPlan`.
    pub fn feature_index(&self, feature: Option<&FeatureRef>) -> Result<usize> {
        let named = |item: &PlanFeature| feature.is_some_and(|name| name.names(&item.feature));
        self.features
            .iter()
            .position(named)
            .ok_or(Error::FeatureNotInPlan)
    }

    /// Adds a feature to the plan. A plan that refuses is left half changed, for the caller to drop.
    ///
    /// # Errors
    /// Validation of the settings; `FeatureAlreadyExists`.
    pub fn add_feature(
        &mut self,
        feature: Feature,
        settings: PlanFeatureSettings,
    ) -> Result<&PlanFeature> {
        let check = PlanCheck::before(self);
        let position = self
            .features
            .iter()
            .map(|item| item.position + 1)
            .max()
            .unwrap_or(0);
        let is_taken = self
            .features
            .iter()
            .any(|item| item.feature.id == feature.id);
        let mut added = PlanFeature {
            feature,
            settings,
            position,
            regional: BTreeMap::new(),
        };
        let mut underivable = Violations::default();
        added.sync_all(&self.exchange_rates, &Blame::Base, &mut underivable);
        self.features.push(added);
        check.finish(self, underivable, |breach| {
            field_of(breach.rule, true).to_owned()
        })?;
        if is_taken {
            return Err(Error::FeatureAlreadyExists(Taken::new(
                "featureId",
                "The plan has this feature already.",
            )));
        }
        self.features
            .last()
            .ok_or_else(|| Error::internal("a feature just added is missing"))
    }

    /// Changes how the plan includes a feature; derived prices of overage follow. A plan that
    /// refuses is left half changed, for the caller to drop.
    ///
    /// # Errors
    /// `FeatureNotInPlan`; validation of the settings or of a derived price.
    pub fn update_feature(
        &mut self,
        feature: Option<&FeatureRef>,
        patch: &PlanFeaturePatch,
    ) -> Result<&PlanFeature> {
        let index = self.feature_index(feature)?;
        let check = PlanCheck::before(self);
        let changed = &mut self.features[index];
        let before = changed.settings;
        changed.settings = before.patched(patch);
        let is_price_as_before = changed.settings.overage.unit_price == before.overage.unit_price;
        let blame = Blame::Field(if is_price_as_before {
            "overage.enabled".to_owned()
        } else {
            "overage.unitPrice".to_owned()
        });
        let mut underivable = Violations::default();
        changed.sync_all(&self.exchange_rates, &blame, &mut underivable);
        let names_overage = patch.overage_enabled.is_some();
        check.finish(self, underivable, |breach| {
            field_of(breach.rule, names_overage).to_owned()
        })?;
        Ok(&self.features[index])
    }

    /// Takes a feature out of the plan, with its regional values.
    ///
    /// # Errors
    /// `FeatureNotInPlan`.
    pub fn remove_feature(&mut self, feature: Option<&FeatureRef>) -> Result<FeatureId> {
        let index = self.feature_index(feature)?;
        Ok(self.features.remove(index).feature.id)
    }
}
