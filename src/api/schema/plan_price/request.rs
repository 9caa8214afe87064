//! Requests about prices of plans.

use serde::Deserialize;

use crate::api::schema::object::object;
use crate::domain::money::{Amount, Count, Positive};
use crate::domain::patch::Patch;
use crate::domain::plan_price as domain;
use crate::domain::plan_price::{
    BillingInterval, DiscountType, IntroOfferPatch, PricePatch, PriceTerms,
};

object! {
    /// A discount for the first billing cycles. All other fields are needed while it is enabled.
    #[derive(Debug, Deserialize)]
    pub struct IntroOfferRequest {
        /// Whether the offer is made. A free plan makes none.
        enabled: bool { example: true },
        /// What the value counts.
        #[serde(default)]
        discount_type: Patch<DiscountType> { example: "percentage" },
        /// Basis points for a percentage, 1 to 10000, where 2500 is 25 %; US cents for an amount, at most the price.
        #[serde(default)]
        discount_value: Patch<Positive> { example: 2500 },
        /// How many billing cycles it lasts: 1 for a price that is charged once.
        #[serde(default)]
        duration_cycles: Patch<Positive> { example: 3 },
    }
}

object! {
    /// A change of an intro offer; what is absent stays.
    #[derive(Debug, Deserialize)]
    pub struct UpdateIntroOfferRequest {
        /// Whether the offer is made. A free plan makes none.
        enabled: Option<bool> { example: true },
        /// What the value counts.
        #[serde(default)]
        discount_type: Patch<DiscountType> { example: "percentage" },
        /// Basis points for a percentage, 1 to 10000, where 2500 is 25 %; US cents for an amount, at most the price.
        #[serde(default)]
        discount_value: Patch<Positive> { example: 2500 },
        /// How many billing cycles it lasts: 1 for a price that is charged once.
        #[serde(default)]
        duration_cycles: Patch<Positive> { example: 3 },
    }
}

object! {
    /// A price to add to a plan.
    #[derive(Debug, Deserialize)]
    pub struct AddPlanPriceRequest {
        /// How often it is charged; a plan has one price per interval.
        billing_interval: BillingInterval { example: "monthly" },
        /// The price per interval in US cents: 4900 is $49.00. A free plan costs 0.
        price: Amount { example: 4900 },
        /// Days before the first charge, at most 730. A free plan has none.
        trial_days: Option<Count> { default: 0, maximum: 730.0, example: 14 },
        /// Whether it becomes the default price. The first price of a plan always does.
        is_default: Option<bool> { example: true },
        /// The balance included per interval in US cents; balance plans only.
        #[serde(default)]
        included_balance: Patch<Amount>,
        /// Whole credits included per interval; credits plans only.
        #[serde(default)]
        included_credits: Patch<Count>,
        /// A discount for the first billing cycles; null is none.
        #[serde(default)]
        intro_offer: Patch<IntroOfferRequest>,
    }
}

object! {
    /// A change of a price; what is absent stays.
    #[derive(Debug, Deserialize)]
    pub struct UpdatePlanPriceRequest {
        /// The price per interval in US cents: 4900 is $49.00. A free plan costs 0.
        price: Option<Amount> { example: 5900 },
        /// `true` makes it the default price; `false` is refused for the default price.
        is_default: Option<bool> { example: true },
        /// Days before the first charge, at most 730. A free plan has none.
        trial_days: Option<Count> { example: 30 },
        /// The balance included per interval in US cents; balance plans only. Null clears it.
        #[serde(default)]
        included_balance: Patch<Amount>,
        /// Whole credits included per interval; credits plans only. Null clears it.
        #[serde(default)]
        included_credits: Patch<Count>,
        /// A discount for the first billing cycles; null takes it away.
        #[serde(default)]
        intro_offer: Patch<UpdateIntroOfferRequest>,
    }
}

impl AddPlanPriceRequest {
    /// The interval, what the price says, and whether it is to be the default.
    pub fn into_domain(self) -> (BillingInterval, PriceTerms, bool) {
        let Self {
            billing_interval,
            price,
            trial_days,
            is_default,
            included_balance,
            included_credits,
            intro_offer,
        } = self;
        let terms = PriceTerms {
            price,
            trial_days: trial_days.unwrap_or(Count::ZERO),
            included_balance: included_balance.into_value(),
            included_credits: included_credits.into_value(),
            intro_offer: intro_offer.into_value().map(IntroOfferRequest::into_domain),
        };
        (billing_interval, terms, is_default.unwrap_or(false))
    }
}

impl IntroOfferRequest {
    fn into_domain(self) -> domain::IntroOffer {
        let Self {
            enabled,
            discount_type,
            discount_value,
            duration_cycles,
        } = self;
        domain::IntroOffer {
            enabled,
            discount_type: discount_type.into_value(),
            discount_value: discount_value.into_value(),
            duration_cycles: duration_cycles.into_value(),
        }
    }
}

impl UpdatePlanPriceRequest {
    /// The change that is asked for.
    pub fn into_domain(self) -> PricePatch {
        let Self {
            price,
            is_default,
            trial_days,
            included_balance,
            included_credits,
            intro_offer,
        } = self;
        PricePatch {
            price,
            is_default,
            trial_days,
            included_balance,
            included_credits,
            intro_offer: intro_offer.map(UpdateIntroOfferRequest::into_domain),
        }
    }
}

impl UpdateIntroOfferRequest {
    fn into_domain(self) -> IntroOfferPatch {
        let Self {
            enabled,
            discount_type,
            discount_value,
            duration_cycles,
        } = self;
        IntroOfferPatch {
            enabled,
            discount_type,
            discount_value,
            duration_cycles,
        }
    }
}
