//! Updates of a price.

use super::terms::{DiscountType, IntroOffer, PriceTerms};
use crate::domain::money::{Amount, Count, Positive};
use crate::domain::patch::Patch;

/// An update of an intro offer; absent fields stay as they are.
#[derive(Debug, Clone, Copy, Default)]
pub struct IntroOfferPatch {
    /// See [`IntroOffer::enabled`].
    pub enabled: Option<bool>,
    /// See [`IntroOffer::discount_type`].
    pub discount_type: Patch<DiscountType>,
    /// See [`IntroOffer::discount_value`].
    pub discount_value: Patch<Positive>,
    /// See [`IntroOffer::duration_cycles`].
    pub duration_cycles: Patch<Positive>,
}

/// An update of a price; absent fields stay as they are.
#[derive(Debug, Clone, Default)]
pub struct PricePatch {
    /// See [`PriceTerms::price`].
    pub price: Option<Amount>,
    /// See [`PlanPrice::is_default`](super::PlanPrice::is_default).
    pub is_default: Option<bool>,
    /// See [`PriceTerms::trial_days`].
    pub trial_days: Option<Count>,
    /// See [`PriceTerms::included_balance`].
    pub included_balance: Patch<Amount>,
    /// See [`PriceTerms::included_credits`].
    pub included_credits: Patch<Count>,
    /// See [`PriceTerms::intro_offer`]; null removes it.
    pub intro_offer: Patch<IntroOfferPatch>,
}

impl IntroOfferPatch {
    fn is_empty(&self) -> bool {
        let Self {
            enabled,
            discount_type,
            discount_value,
            duration_cycles,
        } = self;
        enabled.is_none()
            && discount_type.is_keep()
            && discount_value.is_keep()
            && duration_cycles.is_keep()
    }
}

impl IntroOffer {
    fn patched(self, patch: &IntroOfferPatch) -> Self {
        let IntroOfferPatch {
            enabled,
            discount_type,
            discount_value,
            duration_cycles,
        } = patch;
        Self {
            enabled: enabled.unwrap_or(self.enabled),
            discount_type: discount_type.apply(self.discount_type),
            discount_value: discount_value.apply(self.discount_value),
            duration_cycles: duration_cycles.apply(self.duration_cycles),
        }
    }
}

impl PriceTerms {
    pub(super) fn patched(self, patch: &PricePatch) -> Self {
        let PricePatch {
            price,
            // The plan decides which of its prices is the default.
            is_default: _,
            trial_days,
            included_balance,
            included_credits,
            intro_offer,
        } = patch;
        let intro_offer = match intro_offer {
            Patch::Set(offer) if !offer.is_empty() => {
                Some(self.intro_offer.unwrap_or_default().patched(offer))
            }
            Patch::Clear => None,
            Patch::Set(_) | Patch::Keep => self.intro_offer,
        };
        Self {
            price: price.unwrap_or(self.price),
            trial_days: trial_days.unwrap_or(self.trial_days),
            included_balance: included_balance.apply(self.included_balance),
            included_credits: included_credits.apply(self.included_credits),
            intro_offer,
        }
    }
}
