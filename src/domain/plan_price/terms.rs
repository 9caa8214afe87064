//! The terms of a price: its amount, trial, balance, credits and intro offer.

use crate::domain::money::{Amount, Count, Positive};
use crate::domain::word::words;

words! {
    /// How often a price is charged.
    pub enum BillingInterval {
        /// Every week.
        Weekly = "weekly",
        /// Every month.
        Monthly = "monthly",
        /// Every three months.
        Quarterly = "quarterly",
        /// Every year.
        Yearly = "yearly",
        /// Once.
        OneTime = "one_time",
    }
}

words! {
    /// The unit of a discount.
    pub enum DiscountType {
        /// Basis points: 2500 is 25 %.
        Percentage = "percentage",
        /// Minor units of the currency.
        Amount = "amount",
    }
}

/// A discount for the first billing cycles. A disabled offer may be incomplete, and no limits apply
/// to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct IntroOffer {
    /// Whether the offer is made; requires all other fields.
    pub enabled: bool,
    /// The unit of the value.
    pub discount_type: Option<DiscountType>,
    /// Basis points or minor units, depending on the type.
    pub discount_value: Option<Positive>,
    /// The number of billing cycles it lasts.
    pub duration_cycles: Option<Positive>,
}

/// The fields of a price apart from its interval.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PriceTerms {
    /// Price per interval, in US cents.
    pub price: Amount,
    /// Days before the first charge.
    pub trial_days: Count,
    /// Balance included per interval, in US cents; balance plans only.
    pub included_balance: Option<Amount>,
    /// Credits included per interval; credits plans only.
    pub included_credits: Option<Count>,
    /// Discount for the first cycles.
    pub intro_offer: Option<IntroOffer>,
}

impl PriceTerms {
    /// The intro offer, if it is enabled.
    pub fn enabled_offer(&self) -> Option<IntroOffer> {
        self.intro_offer.filter(|offer| offer.enabled)
    }
}
