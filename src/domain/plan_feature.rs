//! Features in a plan: what of a feature the plan includes, and what more of it costs.

use std::collections::BTreeMap;

use super::error::{Error, Result, Taken, Violations};
use super::feature::{Feature, FeatureRef, FeatureType};
use super::id::FeatureId;
use super::money::{BasisPoints, Count, Currency, UnitPrice};
use super::patch::Patch;
use super::plan::{ConsumptionModel, Plan, PlanExchangeRate};
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
    /// Price of one unit of overage by currency.
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
        self.enabled = patch.enabled.unwrap_or(self.enabled);
        self.included_amount = patch.included_amount.unwrap_or(self.included_amount);
        self.unlimited = patch.unlimited.unwrap_or(self.unlimited);
        self.overage.enabled = patch.overage_enabled.unwrap_or(self.overage.enabled);
        self.overage.unit_price = patch.overage_unit_price.unwrap_or(self.overage.unit_price);
        self.credits_per_unit = patch.credits_per_unit.apply(self.credits_per_unit);
        self
    }

    /// Checks the settings against the kind of feature and plan. `blame_unlimited` says which of
    /// two fields that exclude each other the caller is told to mend.
    fn check(
        &self,
        violations: &mut Violations,
        feature: FeatureType,
        plan: &Plan,
        blame_unlimited: bool,
    ) {
        if feature == FeatureType::Boolean {
            self.check_boolean(violations);
        } else {
            self.check_overage(violations, plan, blame_unlimited);
            self.check_model(violations, plan.consumption_model);
        }
    }

    /// A boolean feature takes `enabled` alone; all else has to be at its default.
    fn check_boolean(&self, violations: &mut Violations) {
        let default = Self::DEFAULT;
        for (holds, field) in [
            (
                self.included_amount == default.included_amount,
                "includedAmount",
            ),
            (self.unlimited == default.unlimited, "unlimited"),
            (
                self.overage.enabled == default.overage.enabled,
                "overage.enabled",
            ),
            (
                self.overage.unit_price == default.overage.unit_price,
                "overage.unitPrice",
            ),
            (
                self.credits_per_unit == default.credits_per_unit,
                "creditsPerUnit",
            ),
            (self.pricing_mode == default.pricing_mode, "pricingMode"),
            (self.margin == default.margin, "margin"),
        ] {
            violations.require(holds, field, "A boolean feature takes only `enabled`.");
        }
    }

    fn check_overage(&self, violations: &mut Violations, plan: &Plan, blame_unlimited: bool) {
        let field = if blame_unlimited {
            "unlimited"
        } else {
            "overage.enabled"
        };
        violations.require(
            !(self.unlimited && self.overage.enabled),
            field,
            "`unlimited` and `overage.enabled` exclude each other.",
        );
        violations.require(
            !(plan.is_free && self.overage.enabled),
            "overage.enabled",
            "A free plan has no overage.",
        );
    }

    fn check_model(&self, violations: &mut Violations, model: ConsumptionModel) {
        violations.require(
            self.credits_per_unit.is_none() || model == ConsumptionModel::Credits,
            "creditsPerUnit",
            "Belongs to credits plans.",
        );
        violations.require(
            self.pricing_mode == PricingMode::Fixed || model == ConsumptionModel::Balance,
            "pricingMode",
            "`ai_model` belongs to balance plans.",
        );
        violations.require(
            self.margin.is_none()
                || (model == ConsumptionModel::Balance
                    && self.pricing_mode == PricingMode::AiModel),
            "margin",
            "Belongs to balance plans, with `pricingMode` `ai_model`.",
        );
    }
}

impl PlanFeature {
    /// Derives the price of overage at every rate; where there is no overage, derived prices go.
    fn sync_all(&mut self, rates: &[PlanExchangeRate], violations: &mut Violations) {
        if !self.settings.overage.enabled {
            self.regional.retain(|_, regional| !regional.auto_synced);
        }
        for PlanExchangeRate {
            currency,
            exchange_rate,
        } in rates
        {
            self.sync(Deriver::at(
                exchange_rate,
                *currency,
                &Blame::Base,
                violations,
            ));
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

    /// Adds a feature to the plan.
    ///
    /// # Errors
    /// Validation of the settings; `FeatureAlreadyExists`.
    pub fn add_feature(
        &mut self,
        feature: Feature,
        settings: PlanFeatureSettings,
    ) -> Result<&PlanFeature> {
        let mut violations = Violations::default();
        settings.check(&mut violations, feature.feature_type, self, false);
        let position = self
            .features
            .iter()
            .map(|item| item.position + 1)
            .max()
            .unwrap_or(0);
        let mut added = PlanFeature {
            feature,
            settings,
            position,
            regional: BTreeMap::new(),
        };
        added.sync_all(&self.exchange_rates, &mut violations);
        violations.into_result()?;
        if self
            .features
            .iter()
            .any(|item| item.feature.id == added.feature.id)
        {
            return Err(Error::FeatureAlreadyExists(Taken::new(
                "featureId",
                "The plan has this feature already.",
            )));
        }
        self.features.push(added);
        self.features
            .last()
            .ok_or_else(|| Error::internal("a feature just added is missing"))
    }

    /// Changes how the plan includes a feature; derived prices of overage follow.
    ///
    /// # Errors
    /// `FeatureNotInPlan`; validation of the settings or of a derived price.
    pub fn update_feature(
        &mut self,
        feature: Option<&FeatureRef>,
        patch: &PlanFeaturePatch,
    ) -> Result<&PlanFeature> {
        let index = self.feature_index(feature)?;
        let current = &self.features[index];
        let settings = current.settings.patched(patch);
        let blame_unlimited = patch.overage_enabled.is_none();
        let mut violations = Violations::default();
        settings.check(
            &mut violations,
            current.feature.feature_type,
            self,
            blame_unlimited,
        );
        let changed = &mut self.features[index];
        changed.settings = settings;
        changed.sync_all(&self.exchange_rates, &mut violations);
        violations.into_result()?;
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
