//! Finding the rules that a part of a plan breaks.

use super::offer::{ONE_CYCLE, discount_message, max_cycles, max_discount};
use super::rule::{BrokenRule, Part, Rule};
use crate::domain::feature::FeatureType;
use crate::domain::money::{Amount, Count, Currency, Positive};
use crate::domain::plan::{ConsumptionModel, Plan};
use crate::domain::plan_feature::{PlanFeature, PlanFeatureSettings, PricingMode};
use crate::domain::plan_price::{BillingInterval, DiscountType, IntroOffer, PlanPrice, PriceTerms};
use crate::domain::regional::{OfferTerms, RegionalOffer, RegionalPrice};

/// Maximum length of a trial, in days.
const MAX_TRIAL_DAYS: i64 = 730;

/// Checks one part of a plan.
pub(super) struct Checker<'a> {
    /// The broken rules.
    pub found: &'a mut Vec<BrokenRule>,
    /// The part.
    pub part: Part,
}

impl Checker<'_> {
    fn limit(&mut self, rule: Rule, excess: i64, message: impl FnOnce() -> String) {
        if excess > 0 {
            self.found.push(BrokenRule {
                part: self.part.clone(),
                rule,
                excess,
                message: message(),
            });
        }
    }

    fn require(&mut self, rule: Rule, holds: bool, message: &str) {
        self.limit(rule, i64::from(!holds), || message.to_owned());
    }

    /// Checks a price in US dollars.
    pub(super) fn terms(&mut self, plan: &Plan, interval: BillingInterval, terms: &PriceTerms) {
        let model = plan.consumption_model;
        let has_balance = terms.included_balance.is_some();
        self.require(
            Rule::Balance,
            !has_balance || model == ConsumptionModel::Balance,
            "Belongs to balance plans.",
        );
        self.require(
            Rule::Credits,
            terms.included_credits.is_none() || model == ConsumptionModel::Credits,
            "Belongs to credits plans.",
        );
        if plan.is_free {
            self.free(terms);
        }
        self.limit(Rule::Trial, terms.trial_days.get() - MAX_TRIAL_DAYS, || {
            format!("A trial has at most {MAX_TRIAL_DAYS} days.")
        });
        if let Some(offer) = terms.enabled_offer() {
            self.offer(&offer, interval, terms.price);
        }
    }

    fn free(&mut self, terms: &PriceTerms) {
        self.free_price(terms.price);
        self.limit(Rule::FreeTrial, terms.trial_days.get(), || {
            "A free plan has no trial.".to_owned()
        });
        self.require(
            Rule::FreeOffer,
            terms.enabled_offer().is_none(),
            "A free plan has no intro offer.",
        );
    }

    fn free_price(&mut self, price: Amount) {
        self.limit(Rule::FreePrice, price.get(), || {
            "A free plan costs 0.".to_owned()
        });
    }

    /// Checks an enabled offer; there are no limits on a disabled one.
    fn offer(&mut self, offer: &IntroOffer, interval: BillingInterval, price: Amount) {
        for (rule, is_set) in [
            (Rule::OfferType, offer.discount_type.is_some()),
            (Rule::OfferValue, offer.discount_value.is_some()),
            (Rule::OfferCycles, offer.duration_cycles.is_some()),
        ] {
            self.require(
                rule,
                is_set,
                "Is required while the intro offer is enabled.",
            );
        }
        if let (Some(discount_type), Some(value)) = (offer.discount_type, offer.discount_value) {
            self.discount(discount_type, value, price);
        }
        if let Some(cycles) = offer.duration_cycles {
            self.cycles(cycles, interval);
        }
    }

    fn discount(&mut self, discount_type: DiscountType, value: Positive, price: Amount) {
        let currency = match &self.part {
            Part::Regional(_, currency) => *currency,
            Part::Price(_) | Part::Feature(_) => Currency::Usd,
        };
        let rule = match discount_type {
            DiscountType::Percentage => Rule::Percentage,
            DiscountType::Amount => Rule::Amount,
        };
        let excess = value.get() - max_discount(discount_type, price);
        self.limit(rule, excess, || {
            discount_message(discount_type, price, currency)
        });
    }

    fn cycles(&mut self, cycles: Positive, interval: BillingInterval) {
        let excess = cycles.get() - max_cycles(interval);
        self.limit(Rule::OneCycle, excess, || ONE_CYCLE.to_owned());
    }

    /// Checks a price in another currency.
    pub(super) fn regional(&mut self, plan: &Plan, price: &PlanPrice, regional: &RegionalPrice) {
        if plan.is_free {
            self.free_price(regional.price);
        }
        let is_balance_manual =
            regional.included_balance.is_some() && !regional.balance_auto_synced;
        self.require(
            Rule::Balance,
            !is_balance_manual || plan.consumption_model == ConsumptionModel::Balance,
            "Belongs to balance plans.",
        );
        match price.visible_offer(regional) {
            Some(RegionalOffer::Manual(terms)) => {
                self.discount(terms.discount_type, terms.discount_value, regional.price);
                self.cycles(terms.duration_cycles, price.billing_interval);
            }
            // Everything else is copied from the base, which has been checked. A derived amount
            // never exceeds a derived price, because conversion is monotonic.
            Some(RegionalOffer::Derived(Some(OfferTerms {
                discount_type: DiscountType::Amount,
                discount_value,
                ..
            }))) if !regional.auto_synced => {
                self.discount(DiscountType::Amount, discount_value, regional.price);
            }
            _ => {}
        }
    }

    /// Checks a feature in the plan.
    pub(super) fn feature(&mut self, plan: &Plan, item: &PlanFeature) {
        let PlanFeature {
            feature, settings, ..
        } = item;
        if feature.feature_type == FeatureType::Boolean {
            self.boolean(settings);
            return;
        }
        self.require(
            Rule::UnlimitedOverage,
            !(settings.unlimited && settings.overage.enabled),
            "`unlimited` and `overage.enabled` exclude each other.",
        );
        self.require(
            Rule::FreeOverage,
            !(plan.is_free && settings.overage.enabled),
            "A free plan has no overage.",
        );
        self.model(plan.consumption_model, settings);
    }

    /// A boolean feature has only `enabled`; other fields must have their default.
    fn boolean(&mut self, settings: &PlanFeatureSettings) {
        let PlanFeatureSettings {
            enabled: _,
            included_amount,
            unlimited,
            overage,
            credits_per_unit,
            pricing_mode,
            margin,
        } = settings;
        for (field, holds) in [
            ("includedAmount", *included_amount == Count::ZERO),
            ("unlimited", !unlimited),
            ("overage.enabled", !overage.enabled),
            ("overage.unitPrice", overage.unit_price.get() == 0),
            ("creditsPerUnit", credits_per_unit.is_none()),
            ("pricingMode", *pricing_mode == PricingMode::Fixed),
            ("margin", margin.is_none()),
        ] {
            let message = "A boolean feature takes only `enabled`.";
            self.require(Rule::Boolean(field), holds, message);
        }
    }

    fn model(&mut self, model: ConsumptionModel, settings: &PlanFeatureSettings) {
        let has_balance = model == ConsumptionModel::Balance;
        let is_ai = settings.pricing_mode == PricingMode::AiModel;
        self.require(
            Rule::CreditsPerUnit,
            settings.credits_per_unit.is_none() || model == ConsumptionModel::Credits,
            "Belongs to credits plans.",
        );
        self.require(
            Rule::AiModel,
            !is_ai || has_balance,
            "`ai_model` belongs to balance plans.",
        );
        self.require(
            Rule::Margin,
            settings.margin.is_none() || (has_balance && is_ai),
            "Belongs to balance plans, with `pricingMode` `ai_model`.",
        );
    }
}
