//! Regional pricing on the wire.

use serde::{Deserialize, Serialize};

use super::object::object;
use super::scalar::{Rate, SafeInteger, kind};
use crate::catalog::plan_price::PriceOfPlan;
use crate::catalog::regional::PricedPlan;
use crate::domain::feature::FeatureRef;
use crate::domain::id::PriceId;
use crate::domain::money::{Amount, Currency, Positive, UnitPrice};
use crate::domain::patch::Patch;
use crate::domain::plan_price::DiscountType;
use crate::domain::regional::{
    FeatureOverride, IntroOfferOverride, PriceOverride, RegionalOverride, RegionalPricing, Resync,
};
use crate::domain::scope::Scope;

object! {
    /// Manual prices of one price in other currencies.
    #[derive(Debug, Deserialize)]
    pub struct UpsertRegionalPricesRequest {
        /// One manual price per currency; currencies that are not named stay as they are.
        overrides: Vec<RegionalPriceOverride> { min_items: 1_usize, max_items: 200_usize },
    }
}

object! {
    /// A manual price in a currency.
    #[derive(Debug, Deserialize)]
    pub struct RegionalPriceOverride {
        /// The currency by its ISO 4217 code, in lower or upper case.
        currency: String { example: "eur" },
        /// The price per interval in minor units of the currency: 4500 is €45.00.
        price: Amount { example: 4500 },
        /// The balance included per interval in minor units of the currency; balance plans only. Left out, one that was set by hand stays and any other is derived where the plan has a rate for the currency; null derives it.
        #[serde(default)]
        included_balance: Patch<Amount>,
    }
}

object! {
    /// A price in a currency.
    #[derive(Debug, Serialize)]
    pub struct PlanRegionalPrice {
        /// The currency.
        currency: Currency { example: "eur" },
        /// The price per interval in minor units of the currency: 4500 is €45.00.
        price: Amount { example: 4500 },
        /// The balance included per interval in minor units of the currency; balance plans only.
        #[serde(skip_serializing_if = "Option::is_none")]
        included_balance: Option<Amount>,
    }
}

object! {
    /// Every regional price that a price now has.
    #[derive(Debug, Serialize)]
    pub struct PlanRegionalPricing {
        /// The id of the price.
        price_id: String { example: "prc_01960b2e8f3a7c41a5d2e9b07c6f1d34" },
        /// The prices, by currency code, derived ones included.
        overrides: Vec<PlanRegionalPrice>,
        /// Always `plan`.
        object: kind::Plan,
        /// Whether it belongs to the live catalog.
        livemode: bool { example: false },
    }
}

object! {
    /// A currency and its rate, with manual values that replace derived ones.
    #[derive(Debug, Deserialize)]
    pub struct SetPlanRegionalPricingRequest {
        /// The currency by its ISO 4217 code, in lower or upper case.
        currency: Currency { example: "jpy" },
        /// Units of the currency per US dollar, both in major units: above 0, at most 17 significant digits, kept exactly as sent.
        exchange_rate: Rate { example: 150 },
        /// Manual prices. What is left out stays manual if it was, and is derived otherwise.
        prices: Option<Vec<PricePricingOverride>> { max_items: 100_usize },
        /// Manual prices of overage, for features that are neither boolean nor unlimited. A free plan has none.
        features: Option<Vec<FeaturePricingOverride>> { max_items: 1000_usize },
        /// Manual intro offers, shown while the price makes an offer. A free plan has none.
        intro_offers: Option<Vec<IntroOfferPricingOverride>> { max_items: 100_usize },
    }
}

object! {
    /// A manual price in the currency of the request.
    #[derive(Debug, Deserialize)]
    pub struct PricePricingOverride {
        /// The id of a price of the plan.
        price_id: String { example: "prc_01960b2e8f3a7c41a5d2e9b07c6f1d34" },
        /// The price per interval in minor units of the currency: 7000 is ¥7000.
        price: Amount { example: 7000 },
        /// The balance included per interval in minor units of the currency; balance plans only. Left out, one that was set by hand stays and any other is derived; null derives it.
        #[serde(default)]
        included_balance: Patch<Amount>,
    }
}

object! {
    /// A manual price of overage in the currency of the request.
    #[derive(Debug, Deserialize)]
    pub struct FeaturePricingOverride {
        /// The id or code of a feature of the plan.
        feature_id: String { example: "api_calls" },
        /// The price of one unit in 1/10000 of a major unit of the currency: 3000 is ¥0.3.
        overage_unit_price: UnitPrice { example: 3000 },
    }
}

object! {
    /// A manual intro offer in the currency of the request.
    #[derive(Debug, Deserialize)]
    pub struct IntroOfferPricingOverride {
        /// The id of a price of the plan.
        price_id: String { example: "prc_01960b2e8f3a7c41a5d2e9b07c6f1d34" },
        /// What the value counts.
        discount_type: DiscountType { example: "amount" },
        /// Basis points for a percentage, 1 to 10000, where 2500 is 25 %; minor units of the currency for an amount, at most the price in it.
        discount_value: Positive { example: 1000 },
        /// How many billing cycles it lasts.
        duration_cycles: Positive { example: 3 },
    }
}

object! {
    /// What to derive again. A request that names nothing means everything.
    #[derive(Debug, Deserialize)]
    pub struct ResyncPlanRegionalPricingRequest {
        /// Ids of prices of the plan whose price and included balance are derived again.
        prices: Option<Vec<String>> { min_items: 1_usize, max_items: 100_usize },
        /// Ids or codes of features of the plan whose price of overage is derived again.
        features: Option<Vec<String>> { min_items: 1_usize, max_items: 1000_usize },
        /// Ids of prices of the plan whose intro offer is derived again.
        intro_offers: Option<Vec<String>> { min_items: 1_usize, max_items: 100_usize },
    }
}

object! {
    /// The regional pricing of a plan in one currency, after a change.
    #[derive(Debug, Serialize)]
    pub struct PlanRegionalPricingResult {
        /// The id of the plan.
        plan_id: String { example: "pln_01960b2e8f3a7c41a5d2e9b07c6f1d34" },
        /// The currency.
        currency: Currency { example: "jpy" },
        /// Units of the currency per US dollar, as it was set.
        exchange_rate: Rate { example: 150 },
        /// How many prices of the plan have a value in the currency.
        prices_configured: SafeInteger { example: 2 },
        /// How many features of the plan have a value in the currency.
        features_configured: SafeInteger { example: 1 },
        /// Always `plan`.
        object: kind::Plan,
        /// Whether it belongs to the live catalog.
        livemode: bool { example: false },
    }
}

impl UpsertRegionalPricesRequest {
    /// The values that are asked for.
    pub fn into_domain(self) -> Vec<RegionalOverride> {
        let value = |item: RegionalPriceOverride| {
            let RegionalPriceOverride {
                currency,
                price,
                included_balance,
            } = item;
            RegionalOverride {
                currency,
                price,
                included_balance,
            }
        };
        self.overrides.into_iter().map(value).collect()
    }
}

impl ResyncPlanRegionalPricingRequest {
    /// What is asked for.
    pub fn into_domain(self) -> Resync {
        let Self {
            prices,
            features,
            intro_offers,
        } = self;
        if prices.is_none() && features.is_none() && intro_offers.is_none() {
            return Resync::Everything;
        }
        Resync::Named {
            prices: each(prices, |id| PriceId::parse(&id)),
            features: each(features, |name| FeatureRef::parse(&name)),
            intro_offers: each(intro_offers, |id| PriceId::parse(&id)),
        }
    }
}

impl SetPlanRegionalPricingRequest {
    /// The rate and the manual values that are asked for.
    pub fn into_domain(self) -> RegionalPricing {
        let Self {
            currency,
            exchange_rate,
            prices,
            features,
            intro_offers,
        } = self;
        RegionalPricing {
            currency,
            exchange_rate: exchange_rate.0,
            prices: each(prices, PricePricingOverride::into_domain),
            features: each(features, FeaturePricingOverride::into_domain),
            intro_offers: each(intro_offers, IntroOfferPricingOverride::into_domain),
        }
    }
}

fn each<T, U>(items: Option<Vec<T>>, convert: impl Fn(T) -> U) -> Vec<U> {
    items.unwrap_or_default().into_iter().map(convert).collect()
}

impl PricePricingOverride {
    fn into_domain(self) -> PriceOverride {
        let Self {
            price_id,
            price,
            included_balance,
        } = self;
        PriceOverride {
            price_id: PriceId::parse(&price_id),
            price,
            included_balance,
        }
    }
}

impl FeaturePricingOverride {
    fn into_domain(self) -> FeatureOverride {
        let Self {
            feature_id,
            overage_unit_price,
        } = self;
        FeatureOverride {
            feature: FeatureRef::parse(&feature_id),
            overage_unit_price,
        }
    }
}

impl IntroOfferPricingOverride {
    fn into_domain(self) -> IntroOfferOverride {
        let Self {
            price_id,
            discount_type,
            discount_value,
            duration_cycles,
        } = self;
        IntroOfferOverride {
            price_id: PriceId::parse(&price_id),
            discount_type,
            discount_value,
            duration_cycles,
        }
    }
}

impl PlanRegionalPricing {
    /// What a price now has in other currencies.
    pub fn new(of_plan: &PriceOfPlan, scope: &Scope) -> Self {
        let item = |(currency, regional): (&Currency, &crate::domain::regional::RegionalPrice)| {
            PlanRegionalPrice {
                currency: *currency,
                price: regional.price,
                included_balance: regional.included_balance,
            }
        };
        Self {
            price_id: of_plan.price.id.to_string(),
            overrides: of_plan.price.regional.iter().map(item).collect(),
            object: kind::Plan,
            livemode: scope.livemode(),
        }
    }
}

impl PlanRegionalPricingResult {
    /// The answer to a request for regional pricing.
    pub fn new(priced: &PricedPlan, scope: &Scope) -> Self {
        let PricedPlan {
            plan_id,
            currency,
            exchange_rate,
            configured,
        } = priced;
        let count = |number: usize| SafeInteger(i64::try_from(number).unwrap_or(i64::MAX));
        Self {
            plan_id: plan_id.to_string(),
            currency: *currency,
            exchange_rate: Rate(exchange_rate.clone()),
            prices_configured: count(configured.prices),
            features_configured: count(configured.features),
            object: kind::Plan,
            livemode: scope.livemode(),
        }
    }
}
