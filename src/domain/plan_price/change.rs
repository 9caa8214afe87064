//! The field of a request that an update of a price names when it is refused.

use super::price::PlanPrice;
use super::terms::{IntroOffer, PriceTerms};
use crate::domain::plan_check::{BrokenRule, Part, Rule};
use crate::domain::regional::RegionalOffer;

/// The field of a price that a rule is about.
pub(super) fn field_of(rule: Rule) -> &'static str {
    match rule {
        Rule::FreeTrial | Rule::Trial => "trialDays",
        Rule::FreeOffer => "introOffer.enabled",
        Rule::Balance => "includedBalance",
        Rule::Credits => "includedCredits",
        Rule::OfferType => "introOffer.discountType",
        Rule::OfferValue | Rule::Percentage | Rule::Amount => "introOffer.discountValue",
        Rule::OfferCycles | Rule::OneCycle => "introOffer.durationCycles",
        // Rules of features are only broken by operations on features.
        Rule::FreePrice
        | Rule::Boolean(_)
        | Rule::UnlimitedOverage
        | Rule::FreeOverage
        | Rule::CreditsPerUnit
        | Rule::AiModel
        | Rule::Margin => "price",
    }
}

/// An update of a price, which knows the field at fault when it breaks a rule.
#[derive(Debug, Clone, Copy)]
pub(in crate::domain) struct PriceChange {
    /// The terms before the update.
    pub(super) before: PriceTerms,
    /// The terms after the update.
    pub(super) after: PriceTerms,
}

impl PriceChange {
    /// Whether the price had an enabled offer before the update.
    pub(in crate::domain) fn had_offer(&self) -> bool {
        self.before.enabled_offer().is_some()
    }

    /// The field at fault for a rule that the plan breaks after the update.
    pub(super) fn field(&self, broken: &BrokenRule, price: &PlanPrice) -> &'static str {
        match (&broken.part, broken.rule) {
            // The manual discount has not changed, so the price beside it or `enabled` has.
            (Part::Regional(_, currency), Rule::Amount)
                if price.regional.get(currency).is_some_and(|regional| {
                    matches!(regional.intro_offer, RegionalOffer::Manual(_))
                }) =>
            {
                if self.had_offer() {
                    "price"
                } else {
                    "introOffer.enabled"
                }
            }
            (Part::Regional(..), Rule::Percentage | Rule::OneCycle) => "introOffer.enabled",
            (Part::Price(_), Rule::Amount) if self.discount_is_unchanged() => "price",
            (_, Rule::OneCycle)
                if self.offer().duration_cycles == self.offer_before().duration_cycles =>
            {
                "introOffer.enabled"
            }
            (_, Rule::Percentage | Rule::Amount) => self.discount_field(),
            (_, rule) => field_of(rule),
        }
    }

    /// The field at fault for a discount that cannot be derived.
    pub(in crate::domain) fn discount_field(&self) -> &'static str {
        let (before, after) = (self.offer_before(), self.offer());
        if before.discount_value != after.discount_value {
            "introOffer.discountValue"
        } else if before.discount_type != after.discount_type {
            "introOffer.discountType"
        } else {
            "introOffer.enabled"
        }
    }

    fn discount_is_unchanged(&self) -> bool {
        let (before, after) = (self.offer_before(), self.offer());
        self.had_offer()
            && before.discount_type == after.discount_type
            && before.discount_value == after.discount_value
    }

    fn offer(&self) -> IntroOffer {
        self.after.intro_offer.unwrap_or_default()
    }

    fn offer_before(&self) -> IntroOffer {
        self.before.intro_offer.unwrap_or_default()
    }
}
