//! The rules for a plan as a whole, whichever operation changes it.
//!
//! A method of [`Plan`] creates a [`PlanCheck`] before it changes the plan, and afterwards asks it
//! which rules the plan now breaks. So a rule applies to the state that an operation leads to, not
//! to the request. A plan may break a rule already because it is older than the rule; that does not
//! block an operation unless the operation makes it worse.
//!
//! Methods that only remove something cannot break a rule and need no check; the property tests of
//! `regional` verify this for every sequence of changes.

use std::collections::BTreeMap;

use super::error::{Result, Violations};
use super::feature::FeatureType;
use super::id::{FeatureId, PriceId};
use super::money::{Amount, Count, Currency, Positive};
use super::plan::{ConsumptionModel, Plan};
use super::plan_feature::{PlanFeature, PlanFeatureSettings, PricingMode};
use super::plan_price::{BillingInterval, DiscountType, IntroOffer, PlanPrice, PriceTerms};
use super::regional::{OfferTerms, RegionalOffer, RegionalPrice};

/// 100 % in basis points: the largest discount of type `percentage`.
const MAX_PERCENTAGE: i64 = 10_000;

/// Maximum length of a trial, in days.
const MAX_TRIAL_DAYS: i64 = 730;

/// A part of a plan that can break a rule.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Part {
    /// A price in US dollars.
    Price(PriceId),
    /// A price in another currency.
    Regional(PriceId, Currency),
    /// A feature in the plan.
    Feature(FeatureId),
}

/// A rule about a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rule {
    /// A free plan costs nothing, in any currency.
    FreePrice,
    /// A free plan has no trial.
    FreeTrial,
    /// A free plan has no enabled intro offer.
    FreeOffer,
    /// Only a balance plan includes a balance.
    Balance,
    /// Only a credits plan includes credits.
    Credits,
    /// A trial does not exceed [`MAX_TRIAL_DAYS`].
    Trial,
    /// An enabled offer has a type.
    OfferType,
    /// An enabled offer has a value.
    OfferValue,
    /// An enabled offer has a number of cycles.
    OfferCycles,
    /// A percentage does not exceed [`MAX_PERCENTAGE`].
    Percentage,
    /// An amount does not exceed the price beside it.
    Amount,
    /// An offer on a one-time price lasts one cycle.
    OneCycle,
    /// A boolean feature has only `enabled`; the value is the other field that is set.
    Boolean(&'static str),
    /// An unlimited feature has no overage.
    UnlimitedOverage,
    /// A free plan has no overage.
    FreeOverage,
    /// Credits per unit belong to credits plans.
    CreditsPerUnit,
    /// Prices by AI model belong to balance plans.
    AiModel,
    /// A margin belongs to prices by AI model.
    Margin,
}

/// A rule that a plan breaks.
#[derive(Debug)]
pub(super) struct BrokenRule {
    /// The part that breaks it.
    pub part: Part,
    /// The rule.
    pub rule: Rule,
    /// By how much the part exceeds a limit; 1 for rules without one.
    excess: i64,
    message: String,
}

/// The rules that a plan broke before a change, and by how much.
#[must_use = "the changed plan has to be checked"]
#[derive(Debug)]
pub(super) struct PlanCheck(BTreeMap<(Part, Rule), i64>);

impl PlanCheck {
    /// Records the rules that a plan breaks before it changes.
    pub(super) fn before(plan: &Plan) -> Self {
        let broken_rules = broken_rules(plan).into_iter();
        Self(
            broken_rules
                .map(|broken| ((broken.part, broken.rule), broken.excess))
                .collect(),
        )
    }

    /// Adds a violation for each rule that the plan did not break before the change, or broke by
    /// less. `error_field` returns the field of the request at fault.
    pub(super) fn after(
        self,
        plan: &Plan,
        violations: &mut Violations,
        error_field: impl Fn(&BrokenRule) -> String,
    ) {
        for broken in broken_rules(plan) {
            let key = (broken.part.clone(), broken.rule);
            if self
                .0
                .get(&key)
                .is_none_or(|before| broken.excess > *before)
            {
                violations.add_once(error_field(&broken), broken.message);
            }
        }
    }

    /// Fails if [`Self::after`] adds violations or a value could not be derived.
    pub(super) fn finish(
        self,
        plan: &Plan,
        underivable: Violations,
        error_field: impl Fn(&BrokenRule) -> String,
    ) -> Result<()> {
        let mut violations = Violations::default();
        self.after(plan, &mut violations, error_field);
        violations.append(underivable);
        violations.into_result()
    }
}

/// Every rule that a plan breaks.
pub(super) fn broken_rules(plan: &Plan) -> Vec<BrokenRule> {
    let mut found = Vec::new();
    for price in &plan.prices {
        let mut checker = Checker {
            found: &mut found,
            part: Part::Price(price.id.clone()),
        };
        checker.terms(plan, price.billing_interval, &price.terms);
        for (currency, regional) in &price.regional {
            checker.part = Part::Regional(price.id.clone(), *currency);
            checker.regional(plan, price, regional);
        }
    }
    for item in &plan.features {
        let mut checker = Checker {
            found: &mut found,
            part: Part::Feature(item.feature.id.clone()),
        };
        checker.feature(plan, item);
    }
    found
}

/// Checks one part of a plan.
struct Checker<'a> {
    found: &'a mut Vec<BrokenRule>,
    part: Part,
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

    fn terms(&mut self, plan: &Plan, interval: BillingInterval, terms: &PriceTerms) {
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

    fn regional(&mut self, plan: &Plan, price: &PlanPrice, regional: &RegionalPrice) {
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

    fn feature(&mut self, plan: &Plan, item: &PlanFeature) {
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

/// The message for an offer of several cycles on a one-time price.
pub(super) const ONE_CYCLE: &str = "An intro offer on a one-time price lasts 1 cycle.";

/// The maximum discount on a price in the same currency, in basis points or minor units.
pub(super) fn max_discount(discount_type: DiscountType, price: Amount) -> i64 {
    match discount_type {
        DiscountType::Percentage => MAX_PERCENTAGE,
        DiscountType::Amount => price.get(),
    }
}

/// The message for a discount above the maximum.
pub(super) fn discount_message(
    discount_type: DiscountType,
    price: Amount,
    currency: Currency,
) -> String {
    match discount_type {
        DiscountType::Percentage => {
            format!("A percentage must be 1 to {MAX_PERCENTAGE} basis points.")
        }
        DiscountType::Amount => {
            format!("An amount must not exceed the price, which is {price} in {currency}.")
        }
    }
}

/// The maximum number of cycles of an offer.
pub(super) fn max_cycles(interval: BillingInterval) -> i64 {
    match interval {
        BillingInterval::OneTime => 1,
        BillingInterval::Weekly
        | BillingInterval::Monthly
        | BillingInterval::Quarterly
        | BillingInterval::Yearly => Positive::MAX,
    }
}
