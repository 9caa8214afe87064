//! The manual values of a request to price a plan in one currency.

use super::named::{FeaturesByName, NamedParts, firsts, found};
use super::{EXCHANGE_RATE, OfferTerms, RegionalOffer, RegionalPricing};
use crate::domain::error::{Result, Violations};
use crate::domain::feature::FeatureType;
use crate::domain::money::Amount;
use crate::domain::plan::Plan;
use crate::domain::plan_check::{
    Breach, ONE_CYCLE, Part, Rule, discount_message, max_discount, most_cycles,
};
use crate::domain::plan_feature::{PlanFeature, RegionalOverage};

/// The parts of a plan that a request has manual values for.
pub(super) struct Overrides(NamedParts);

impl Overrides {
    /// Finds what the request names.
    ///
    /// # Errors
    /// `PriceNotFound` or `FeatureNotInPlan`, in the field that names it.
    pub fn resolve(plan: &Plan, request: &RegionalPricing) -> Result<Self> {
        let by_name = FeaturesByName::of(plan);
        let prices = request.prices.iter().map(|item| item.price_id.as_ref());
        let features = request.features.iter().map(|item| item.feature.as_ref());
        let offers = request.intro_offers.iter();
        let offers = offers.map(|item| item.price_id.as_ref());
        let price = |id| plan.price_index(id);
        Ok(Self(NamedParts {
            prices: found(prices, "prices", ".priceId", price)?,
            features: found(features, "features", ".featureId", |name| {
                by_name.index(name)
            })?,
            intro_offers: found(offers, "introOffers", ".priceId", price)?,
        }))
    }

    /// Checks what cannot be seen in the resulting plan.
    pub fn check(&self, violations: &mut Violations, plan: &Plan) {
        self.0.check_once(violations, ".priceId", ".featureId");
        for (at, index) in self.0.features.iter().enumerate() {
            let PlanFeature {
                feature, settings, ..
            } = &plan.features[*index];
            let why = if feature.feature_type == FeatureType::Boolean {
                "A boolean feature has no overage."
            } else if plan.is_free {
                "A free plan has no overage."
            } else if settings.unlimited {
                "An unlimited feature has no overage."
            } else {
                continue;
            };
            violations.add(format!("features[{at}].featureId"), why);
        }
        for at in 0..self.0.intro_offers.len() {
            violations.require(
                !plan.is_free,
                format!("introOffers[{at}]"),
                "A free plan has no intro offer.",
            );
        }
    }

    /// Stores the values; of those for the same part, the first.
    pub fn apply(&self, plan: &mut Plan, request: &RegionalPricing) {
        let currency = request.currency;
        for (index, wanted) in firsts(&self.0.prices, &request.prices) {
            let regional = plan.prices[index].regional_mut(currency);
            regional.set_by_hand(wanted.price, wanted.included_balance);
        }
        for (index, wanted) in firsts(&self.0.features, &request.features) {
            let manual = RegionalOverage {
                unit_price: wanted.overage_unit_price,
                auto_synced: false,
            };
            plan.features[index].regional.insert(currency, manual);
        }
        for (index, wanted) in firsts(&self.0.intro_offers, &request.intro_offers) {
            let regional = plan.prices[index].regional_mut(currency);
            regional.intro_offer = RegionalOffer::Manual(OfferTerms {
                discount_type: wanted.discount_type,
                discount_value: wanted.discount_value,
                duration_cycles: wanted.duration_cycles,
            });
        }
    }

    /// The field to blame for a rule that the plan breaks now.
    pub fn field(&self, plan: &Plan, breach: &Breach) -> String {
        let Part::Regional(id, _) = &breach.part else {
            return EXCHANGE_RATE.to_owned();
        };
        let price = self.0.price_place(plan, id);
        let offer = self.0.offer_place(plan, id);
        match (breach.rule, offer, price) {
            (Rule::OneCycle, Some(at), _) => format!("introOffers[{at}].durationCycles"),
            (Rule::Percentage | Rule::Amount, Some(at), _) => {
                format!("introOffers[{at}].discountValue")
            }
            (Rule::Balance, _, Some(at)) => format!("prices[{at}].includedBalance"),
            (_, _, Some(at)) => format!("prices[{at}].price"),
            _ => EXCHANGE_RATE.to_owned(),
        }
    }

    /// A manual offer for a price without an intro offer is stored but not shown. It was never
    /// switched off, so the limits apply at once.
    pub fn check_offers(
        &self,
        violations: &mut Violations,
        plan: &Plan,
        request: &RegionalPricing,
    ) {
        let offers = self.0.intro_offers.iter().zip(&request.intro_offers);
        for (at, (index, wanted)) in offers.enumerate() {
            let price = &plan.prices[*index];
            if price.terms.intro_offer.is_some() {
                continue;
            }
            let beside = price.regional.get(&request.currency);
            let beside = beside.map_or(Amount::LARGEST, |regional| regional.price);
            let discount_type = wanted.discount_type;
            let path = format!("introOffers[{at}]");
            if wanted.discount_value.get() > max_discount(discount_type, beside) {
                violations.add(
                    format!("{path}.discountValue"),
                    discount_message(discount_type, beside, request.currency),
                );
            }
            violations.require(
                wanted.duration_cycles.get() <= most_cycles(price.billing_interval),
                format!("{path}.durationCycles"),
                ONE_CYCLE,
            );
        }
    }
}
