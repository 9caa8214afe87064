//! Responses about prices of plans.

use serde::Serialize;

use crate::api::schema::object::object;
use crate::api::schema::scalar::{Flag, Nullable, kind};
use crate::catalog::plan_price::PriceOfPlan;
use crate::domain::id::PriceId;
use crate::domain::money::{Amount, Count, Currency, Positive};
use crate::domain::plan_price as domain;
use crate::domain::plan_price::{BillingInterval, DiscountType, PriceTerms};
use crate::domain::regional::{OfferTerms, RegionalOffer, RegionalPrice};
use crate::domain::scope::Scope;
use crate::domain::timestamp::Timestamp;

object! {
    /// A price as its plan shows it.
    #[derive(Debug, Serialize)]
    pub struct PlanPriceItem {
        /// The id of the price.
        id: String { example: "prc_01960b2e8f3a7c41a5d2e9b07c6f1d34" },
        /// How often it is charged.
        billing_interval: BillingInterval,
        /// The price per interval in US cents: 4900 is $49.00.
        price: Amount { example: 4900 },
        /// Whether it is the default price; a plan with prices has exactly one.
        is_default: bool { example: true },
        /// Days before the first charge.
        trial_days: Count { example: 14 },
        /// The balance included per interval in US cents; balance plans only.
        included_balance: Nullable<Amount>,
        /// Whole credits included per interval; credits plans only.
        included_credits: Nullable<Count>,
        intro_offer: Nullable<IntroOffer>,
        /// The price in other currencies, by currency code.
        regional_prices: Vec<RegionalPriceItem>,
    }
}

object! {
    /// A discount for the first billing cycles; null where there is none.
    #[derive(Debug, Serialize)]
    pub struct IntroOffer {
        /// Whether the offer is made.
        enabled: bool { example: true },
        /// What the value counts.
        discount_type: Nullable<DiscountType> { example: "percentage" },
        /// Basis points (2500 is 25 %) for a percentage, minor units of the currency for an amount.
        discount_value: Nullable<Positive> { example: 2500 },
        /// How many billing cycles it lasts.
        duration_cycles: Nullable<Positive> { example: 3 },
    }
}

object! {
    /// A price in another currency.
    #[derive(Debug, Serialize)]
    pub struct RegionalPriceItem {
        /// The currency.
        currency: Currency { example: "jpy" },
        /// The price per interval in minor units of the currency: 7350 is ¥7350.
        price: Amount { example: 7350 },
        /// The balance included per interval in minor units of the currency; balance plans only.
        included_balance: Nullable<Amount>,
        /// Whether the price is derived from the one in US dollars and follows it.
        auto_synced: bool { example: true },
        intro_offer: Nullable<RegionalIntroOffer>,
    }
}

object! {
    /// A discount for the first billing cycles in another currency; null where there is none.
    #[derive(Debug, Serialize)]
    pub struct RegionalIntroOffer {
        /// What the value counts.
        discount_type: DiscountType { example: "percentage" },
        /// Basis points (2500 is 25 %) for a percentage, minor units of the currency for an amount.
        discount_value: Positive { example: 2500 },
        /// How many billing cycles it lasts.
        duration_cycles: Positive { example: 3 },
        /// Whether it is derived from the offer in US dollars and follows it, whatever the price beside it is.
        auto_synced: bool { example: true },
    }
}

object! {
    /// A price of a plan.
    #[derive(Debug, Serialize)]
    pub struct PlanPrice {
        /// The id of the price.
        id: String { example: "prc_01960b2e8f3a7c41a5d2e9b07c6f1d34" },
        /// The id of the plan.
        plan_id: String { example: "pln_01960b2e8f3a7c41a5d2e9b07c6f1d34" },
        /// How often it is charged.
        billing_interval: BillingInterval,
        /// The price per interval in US cents: 4900 is $49.00.
        price: Amount { example: 4900 },
        /// Whether it is the default price; a plan with prices has exactly one.
        is_default: bool { example: true },
        /// Days before the first charge.
        trial_days: Count { example: 14 },
        /// The balance included per interval in US cents; balance plans only.
        included_balance: Nullable<Amount>,
        /// Whole credits included per interval; credits plans only.
        included_credits: Nullable<Count>,
        intro_offer: Nullable<IntroOffer>,
        /// When it was created.
        created_at: Timestamp { example: "2026-07-11T09:30:00.000Z" },
        /// When one of its own fields last changed; regional values do not count.
        updated_at: Timestamp { example: "2026-07-11T09:30:00.000Z" },
        /// Always `plan`.
        object: kind::Plan,
        /// Whether it belongs to the live catalog.
        livemode: bool { example: false },
    }
}

object! {
    /// A price that is the default of its plan now.
    #[derive(Debug, Serialize)]
    pub struct DefaultPlanPrice {
        /// The id of the price.
        id: String { example: "prc_01960b2e8f3a7c41a5d2e9b07c6f1d34" },
        /// Always `true`.
        is_default: Flag,
        /// Always `plan`.
        object: kind::Plan,
        /// Whether it belongs to the live catalog.
        livemode: bool { example: false },
    }
}

impl PlanPriceItem {
    /// The price as its plan shows it.
    pub fn new(item: domain::PlanPrice) -> Self {
        let regional_prices = item
            .regional
            .iter()
            .map(|(currency, regional)| RegionalPriceItem::new(*currency, regional, &item))
            .collect();
        let domain::PlanPrice {
            id,
            billing_interval,
            terms,
            is_default,
            position: _,
            created_at: _,
            updated_at: _,
            regional: _,
        } = item;
        let PriceTerms {
            price,
            trial_days,
            included_balance,
            included_credits,
            intro_offer,
        } = terms;
        Self {
            id: id.to_string(),
            billing_interval,
            price,
            is_default,
            trial_days,
            included_balance: included_balance.into(),
            included_credits: included_credits.into(),
            intro_offer: intro_offer.map(IntroOffer::new).into(),
            regional_prices,
        }
    }
}

impl IntroOffer {
    fn new(offer: domain::IntroOffer) -> Self {
        let domain::IntroOffer {
            enabled,
            discount_type,
            discount_value,
            duration_cycles,
        } = offer;
        Self {
            enabled,
            discount_type: discount_type.into(),
            discount_value: discount_value.into(),
            duration_cycles: duration_cycles.into(),
        }
    }
}

impl RegionalPriceItem {
    fn new(currency: Currency, regional: &RegionalPrice, of: &domain::PlanPrice) -> Self {
        let RegionalPrice {
            price,
            auto_synced,
            included_balance,
            balance_auto_synced: _,
            intro_offer: _,
        } = *regional;
        let offer = match of.visible_offer(regional) {
            Some(RegionalOffer::Derived(terms)) => terms.map(|terms| (terms, true)),
            Some(RegionalOffer::Manual(terms)) => Some((terms, false)),
            Some(RegionalOffer::Deleted) | None => None,
        };
        Self {
            currency,
            price,
            included_balance: included_balance.into(),
            auto_synced,
            intro_offer: offer
                .map(|(terms, auto_synced)| RegionalIntroOffer::new(terms, auto_synced))
                .into(),
        }
    }
}

impl RegionalIntroOffer {
    fn new(terms: OfferTerms, auto_synced: bool) -> Self {
        let OfferTerms {
            discount_type,
            discount_value,
            duration_cycles,
        } = terms;
        Self {
            discount_type,
            discount_value,
            duration_cycles,
            auto_synced,
        }
    }
}

impl PlanPrice {
    /// The price as it goes over the wire by itself.
    pub fn new(of_plan: &PriceOfPlan, scope: &Scope) -> Self {
        let PriceOfPlan { plan_id, price } = of_plan;
        let PriceTerms {
            price: amount,
            trial_days,
            included_balance,
            included_credits,
            intro_offer,
        } = price.terms;
        Self {
            id: price.id.to_string(),
            plan_id: plan_id.to_string(),
            billing_interval: price.billing_interval,
            price: amount,
            is_default: price.is_default,
            trial_days,
            included_balance: included_balance.into(),
            included_credits: included_credits.into(),
            intro_offer: intro_offer.map(IntroOffer::new).into(),
            created_at: price.created_at,
            updated_at: price.updated_at,
            object: kind::Plan,
            livemode: scope.livemode(),
        }
    }
}

impl DefaultPlanPrice {
    /// The answer to a change of the default.
    pub fn new(id: &PriceId, scope: &Scope) -> Self {
        Self {
            id: id.to_string(),
            is_default: Flag,
            object: kind::Plan,
            livemode: scope.livemode(),
        }
    }
}
