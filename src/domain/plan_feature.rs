//! Features in a plan: the amount that the plan includes, and the price of overage.

use std::collections::BTreeMap;

use super::error::{Error, Result, Taken, Violations};
use super::feature::{Feature, FeatureRef};
use super::id::FeatureId;
use super::money::{BasisPoints, Count, Currency, UnitPrice};
use super::patch::Patch;
use super::plan::{Plan, PlanExchangeRate};
use super::plan_check::{PlanCheck, Rule};
use super::regional::{Deriver, ErrorField};
use super::word::words;

words! {
    /// How the use of a feature is priced in a balance plan.
    pub enum PricingMode {
        /// A fixed price per unit.
        Fixed = "fixed",
        /// The cost of the AI model plus a margin.
        AiModel = "ai_model",
    }
}

/// Use beyond the included amount, and its price.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Overage {
    /// Whether use may go beyond the included amount.
    pub enabled: bool,
    /// Price per unit on the rate scale (1/10000 of a US dollar).
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
    /// Use beyond the included amount.
    pub overage: Overage,
    /// Credits that one unit costs; credits plans only.
    pub credits_per_unit: Option<Count>,
    /// How use is priced.
    pub pricing_mode: PricingMode,
    /// The margin on the cost of an AI model; balance plans with `ai_model` only.
    pub margin: Option<BasisPoints>,
}

/// A feature in a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanFeature {
    /// The feature.
    pub feature: Feature,
    /// How the plan includes it.
    pub settings: PlanFeatureSettings,
    /// Its position in the order in which features were added to the plan.
    pub position: i64,
    /// The stored overage prices by currency. Manual prices stay while overage is disabled, but are
    /// hidden; see [`Self::visible_regional`].
    pub regional: BTreeMap<Currency, RegionalOverage>,
}

/// The overage price in one currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RegionalOverage {
    /// The price per unit on the rate scale (1/10000 of a major unit).
    pub unit_price: UnitPrice,
    /// Whether the price is derived and follows its base.
    pub auto_synced: bool,
}

/// An update of a feature in a plan; absent fields stay as they are.
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
    /// The settings of a feature for which a client specifies none.
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

/// The field at fault for a rule. `sets_overage` is whether the request sets `overage.enabled`.
fn field_of(rule: Rule, sets_overage: bool) -> &'static str {
    match rule {
        Rule::Boolean(field) => field,
        Rule::UnlimitedOverage if !sets_overage => "unlimited",
        Rule::CreditsPerUnit => "creditsPerUnit",
        Rule::AiModel => "pricingMode",
        Rule::Margin => "margin",
        // The other rules are about overage, or about prices, which these operations do not touch.
        _ => "overage.enabled",
    }
}

impl PlanFeature {
    /// The overage prices by currency: none while overage is disabled.
    pub fn visible_regional(&self) -> &BTreeMap<Currency, RegionalOverage> {
        static NONE: BTreeMap<Currency, RegionalOverage> = BTreeMap::new();
        if self.settings.overage.enabled {
            &self.regional
        } else {
            &NONE
        }
    }

    /// Derives the overage price at every rate; without overage, removes derived prices.
    pub(super) fn sync_all(
        &mut self,
        rates: &[PlanExchangeRate],
        error_field: &ErrorField,
        violations: &mut Violations,
    ) {
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
                error_field,
                violations,
            ));
        }
    }

    /// Derives the overage price in a currency, if overage is enabled and there is no manual price.
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
    /// The index of a feature in the plan.
    ///
    /// # Errors
    /// `FeatureNotInPlan`.
    pub fn feature_index(&self, feature: Option<&FeatureRef>) -> Result<usize> {
        let is_named = |item: &PlanFeature| feature.is_some_and(|name| name.names(&item.feature));
        self.features
            .iter()
            .position(is_named)
            .ok_or(Error::FeatureNotInPlan)
    }

    /// Adds a feature. On error the plan is left partly changed; drop it.
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
        added.sync_all(&self.exchange_rates, &ErrorField::Own, &mut underivable);
        self.features.push(added);
        check.finish(self, underivable, |broken| {
            field_of(broken.rule, true).to_owned()
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

    /// Updates a feature in the plan; derived overage prices follow. On error the plan is left
    /// partly changed; drop it.
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
        let is_price_unchanged = changed.settings.overage.unit_price == before.overage.unit_price;
        let error_field = ErrorField::Field(if is_price_unchanged {
            "overage.enabled".to_owned()
        } else {
            "overage.unitPrice".to_owned()
        });
        let mut underivable = Violations::default();
        changed.sync_all(&self.exchange_rates, &error_field, &mut underivable);
        let sets_overage = patch.overage_enabled.is_some();
        check.finish(self, underivable, |broken| {
            field_of(broken.rule, sets_overage).to_owned()
        })?;
        Ok(&self.features[index])
    }

    /// Removes a feature and its regional values.
    ///
    /// # Errors
    /// `FeatureNotInPlan`.
    pub fn remove_feature(&mut self, feature: Option<&FeatureRef>) -> Result<FeatureId> {
        let index = self.feature_index(feature)?;
        Ok(self.features.remove(index).feature.id)
    }
}
