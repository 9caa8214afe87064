//! The leaves of prices.

use super::Gatherer;
use crate::domain::id::PriceId;
use crate::domain::money::{Amount, Count, Positive};
use crate::domain::plan::Plan;
use crate::domain::plan_price::{IntroOffer, PlanPrice, PriceTerms};
use crate::domain::regional::{OfferTerms, RegionalOffer, RegionalPrice};

/// The path of a price in its plan, such as `prices[monthly]`.
pub fn price_path(price: &PlanPrice) -> String {
    format!("prices[{}]", price.billing_interval)
}

impl Plan {
    /// The path of one of its prices; the path of the plan itself if it has no such price.
    pub fn price_path(&self, id: Option<&PriceId>) -> String {
        let mut prices = self.prices.iter();
        let price = prices.find(|price| Some(&price.id) == id);
        price.map(price_path).unwrap_or_default()
    }
}

pub(super) fn plan_price(at: &mut Gatherer<'_>, item: &PlanPrice) {
    let PlanPrice {
        id,
        billing_interval: _,
        terms,
        is_default,
        position: _,
        created_at: _,
        updated_at: _,
        regional,
    } = item;
    let PriceTerms {
        price,
        trial_days,
        included_balance,
        included_credits,
        intro_offer,
    } = terms;
    at.own(id.as_str())
        .add("price", price.get())
        .add("isDefault", *is_default)
        .add("trialDays", trial_days.get())
        .add("includedBalance", included_balance.map(Amount::get))
        .add("includedCredits", included_credits.map(Count::get));
    if let Some(offer) = intro_offer {
        let IntroOffer {
            enabled,
            discount_type,
            discount_value,
            duration_cycles,
        } = offer;
        at.part("introOffer")
            .add("enabled", *enabled)
            .add("discountType", discount_type.map(|word| word.as_str()))
            .add("discountValue", discount_value.map(Positive::get))
            .add("durationCycles", duration_cycles.map(Positive::get));
    }
    for (currency, value) in regional {
        let mut part = at.part(format_args!("regionalPrices[{currency}]"));
        regional_price(&mut part, item, value);
    }
}

fn regional_price(at: &mut Gatherer<'_>, item: &PlanPrice, value: &RegionalPrice) {
    let RegionalPrice {
        price,
        auto_synced,
        included_balance,
        balance_auto_synced,
        intro_offer: _,
    } = value;
    at.add_derived("price", price.get(), *auto_synced)
        .add_derived("autoSynced", *auto_synced, *auto_synced)
        .add_derived(
            "includedBalance",
            included_balance.map(Amount::get),
            *balance_auto_synced,
        );
    let shown = match item.visible_offer(value) {
        Some(RegionalOffer::Manual(terms)) => Some((terms, false)),
        Some(RegionalOffer::Derived(terms)) => terms.map(|terms| (terms, true)),
        Some(RegionalOffer::Deleted) | None => None,
    };
    if let Some((terms, is_derived)) = shown {
        let OfferTerms {
            discount_type,
            discount_value,
            duration_cycles,
        } = terms;
        at.part("introOffer")
            .add_derived("discountType", discount_type.as_str(), is_derived)
            .add_derived("discountValue", discount_value.get(), is_derived)
            .add_derived("durationCycles", duration_cycles.get(), is_derived)
            .add_derived("autoSynced", is_derived, is_derived);
    }
}
