//! The manual values of a request to price a plan in one currency.

use super::named::{FeaturesByName, NamedParts, find_all, firsts};
use super::request::{EXCHANGE_RATE, RegionalPricing};
use super::value::{OfferTerms, RegionalOffer};
use crate::domain::error::{Result, Violations};
use crate::domain::feature::FeatureType;
use crate::domain::money::Amount;
use crate::domain::plan::Plan;
use crate::domain::plan_check::{
    BrokenRule, ONE_CYCLE, Part, Rule, discount_message, max_cycles, max_discount,
};
use crate::domain::plan_feature::{PlanFeature, RegionalOverage};

/// The parts of a plan that a request has manual values for.
pub(super) struct Overrides(NamedParts);

impl Overrides {
    /// Finds the parts that the request names.
    ///
    /// # Errors
    /// `PriceNotFound` or `FeatureNotInPlan`, in the field that names the part.
    pub fn resolve(plan: &Plan, request: &RegionalPricing) -> Result<Self> {
        let by_name = FeaturesByName::of(plan);
        let prices = request.prices.iter().map(|item| item.price_id.as_ref());
        let features = request.features.iter().map(|item| item.feature.as_ref());
        let offers = request.intro_offers.iter();
        let offers = offers.map(|item| item.price_id.as_ref());
        let price = |id| plan.price_index(id);
        Ok(Self(NamedParts {
            prices: find_all(prices, "prices", ".priceId", price)?,
            features: find_all(features, "features", ".featureId", |name| {
                by_name.index(name)
            })?,
            intro_offers: find_all(offers, "introOffers", ".priceId", price)?,
        }))
    }

    /// Checks the rules that do not depend on the resulting plan.
    pub fn check(&self, violations: &mut Violations, plan: &Plan) {
        self.0.check_once(violations, ".priceId", ".featureId");
        for (item, index) in self.0.features.iter().enumerate() {
            let PlanFeature {
                feature, settings, ..
            } = &plan.features[*index];
            let message = if feature.feature_type == FeatureType::Boolean {
                "A boolean feature has no overage."
            } else if plan.is_free {
                "A free plan has no overage."
            } else if settings.unlimited {
                "An unlimited feature has no overage."
            } else {
                continue;
            };
            violations.add(format!("features[{item}].featureId"), message);
        }
        for item in 0..self.0.intro_offers.len() {
            violations.require(
                !plan.is_free,
                format!("introOffers[{item}]"),
                "A free plan has no intro offer.",
            );
        }
    }

    /// Stores the values; of values for the same part, only the first.
    pub fn apply(&self, plan: &mut Plan, request: &RegionalPricing) {
        let currency = request.currency;
        for (index, wanted) in firsts(&self.0.prices, &request.prices) {
            let regional = plan.prices[index].regional_mut(currency);
            regional.set_manually(wanted.price, wanted.included_balance);
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

    /// The field at fault for a rule that the plan breaks after the change.
    pub fn field(&self, plan: &Plan, broken: &BrokenRule) -> String {
        let Part::Regional(id, _) = &broken.part else {
            return EXCHANGE_RATE.to_owned();
        };
        let price = self.0.price_position(plan, id);
        let offer = self.0.offer_position(plan, id);
        match (broken.rule, offer, price) {
            (Rule::OneCycle, Some(item), _) => format!("introOffers[{item}].durationCycles"),
            (Rule::Percentage | Rule::Amount, Some(item), _) => {
                format!("introOffers[{item}].discountValue")
            }
            (Rule::Balance, _, Some(item)) => format!("prices[{item}].includedBalance"),
            (_, _, Some(item)) => format!("prices[{item}].price"),
            _ => EXCHANGE_RATE.to_owned(),
        }
    }

    /// Checks manual offers for prices without an intro offer, which are stored but not shown.
    /// Nobody has disabled them, so the limits apply at once.
    pub fn check_offers(
        &self,
        violations: &mut Violations,
        plan: &Plan,
        request: &RegionalPricing,
    ) {
        let offers = self.0.intro_offers.iter().zip(&request.intro_offers);
        for (item, (index, wanted)) in offers.enumerate() {
            let price = &plan.prices[*index];
            if price.terms.intro_offer.is_some() {
                continue;
            }
            let regional = price.regional.get(&request.currency);
            let regional_price = regional.map_or(Amount::LARGEST, |regional| regional.price);
            let discount_type = wanted.discount_type;
            let path = format!("introOffers[{item}]");
            if wanted.discount_value.get() > max_discount(discount_type, regional_price) {
                violations.add(
                    format!("{path}.discountValue"),
                    discount_message(discount_type, regional_price, request.currency),
                );
            }
            violations.require(
                wanted.duration_cycles.get() <= max_cycles(price.billing_interval),
                format!("{path}.durationCycles"),
                ONE_CYCLE,
            );
        }
    }
}
