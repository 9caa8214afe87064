//! Requests that set regional values.

use crate::domain::feature::FeatureRef;
use crate::domain::id::PriceId;
use crate::domain::money::{Amount, Currency, Positive, UnitPrice};
use crate::domain::patch::Patch;
use crate::domain::plan_price::DiscountType;

/// A manual price in one currency.
#[derive(Debug, Clone)]
pub struct RegionalOverride {
    /// The currency's code in either case, as the client sent it.
    pub currency: String,
    /// The price, in minor units of the currency.
    pub price: Amount,
    /// The balance included, in minor units of the currency. If absent, a manual balance stays and
    /// any other is derived; null derives it.
    pub included_balance: Patch<Amount>,
}

/// A request to price a plan in one currency.
#[derive(Debug, Clone)]
pub struct RegionalPricing {
    /// The currency.
    pub currency: Currency,
    /// Units of it per US dollar, as the JSON number that the client sent.
    pub exchange_rate: String,
    /// Manual prices.
    pub prices: Vec<PriceOverride>,
    /// Manual overage prices.
    pub features: Vec<FeatureOverride>,
    /// Manual intro offers.
    pub intro_offers: Vec<IntroOfferOverride>,
}

/// A manual price in the currency of the request.
#[derive(Debug, Clone)]
pub struct PriceOverride {
    /// The price; `None` if the text is not a valid id.
    pub price_id: Option<PriceId>,
    /// The price, in minor units of the currency.
    pub price: Amount,
    /// See [`RegionalOverride::included_balance`].
    pub included_balance: Patch<Amount>,
}

/// A manual overage price in the currency of the request.
#[derive(Debug, Clone)]
pub struct FeatureOverride {
    /// The feature; `None` if the text is neither a valid id nor a valid code.
    pub feature: Option<FeatureRef>,
    /// The price per unit, on the rate scale (1/10000 of a major unit).
    pub overage_unit_price: UnitPrice,
}

/// A manual intro offer in the currency of the request.
#[derive(Debug, Clone)]
pub struct IntroOfferOverride {
    /// The price; `None` if the text is not a valid id.
    pub price_id: Option<PriceId>,
    /// The unit of the value.
    pub discount_type: DiscountType,
    /// Basis points or minor units of the currency.
    pub discount_value: Positive,
    /// The number of billing cycles it lasts.
    pub duration_cycles: Positive,
}

/// The manual values to derive again.
#[derive(Debug, Clone)]
pub enum Resync {
    /// All of them.
    Everything,
    /// Those of these parts of the plan; `None` if a text is not a valid reference.
    Named {
        /// Prices whose price and balance are derived again.
        prices: Vec<Option<PriceId>>,
        /// Features whose overage price is derived again.
        features: Vec<Option<FeatureRef>>,
        /// Prices whose intro offer is derived again.
        intro_offers: Vec<Option<PriceId>>,
    },
}

/// The field of a request that sets a rate.
pub(super) const EXCHANGE_RATE: &str = "exchangeRate";

/// The parameter that names one currency of a plan.
pub(super) const CURRENCY: &str = "currency";
