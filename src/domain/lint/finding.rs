//! What the lint finds.

use std::collections::HashMap;

use crate::domain::change::{ObjectType, Value};
use crate::domain::id::PlanId;
use crate::domain::plan::PlanExchangeRate;
use crate::domain::word::words;

words! {
    /// How bad a finding is, the gravest first.
    pub enum Severity {
        /// Almost certainly a mistake: to apply a changeset with it, its rule must be acknowledged.
        Error = "error",
        /// Probably a mistake.
        Warning = "warning",
        /// Worth knowing.
        Info = "info",
    }
}

words! {
    /// The rules of the lint. Of several about the same value, the one that stands first here wins
    /// among those that are equally grave.
    pub enum LintRule {
        /// A manual value is about 10, 100, 1/10 or 1/100 of its derived one: the minor digits were forgotten.
        PriceScale = "price-scale",
        /// A manual price is 0 beside a base above 0.
        PriceFree = "price-free",
        /// A rate is about 10, 100, 1/10 or 1/100 of the one before, or of other plans' for its currency.
        RateScale = "rate-scale",
        /// A rate moved by more than 10 % in this change.
        RateJump = "rate-jump",
        /// A change takes all prices, or all regional values of a currency, from a public plan.
        PricesWiped = "prices-wiped",
        /// A longer interval costs more than the shorter one for the same time.
        YearlyDearer = "yearly-dearer",
        /// A manual value is less than half of its derived one.
        Arbitrage = "arbitrage",
        /// A manual value is more than 25 % off its derived one.
        Drift = "drift",
        /// A public plan without a price, that is not free.
        PlanUnpriced = "plan-unpriced",
        /// Plans of one group differ in their currencies.
        GroupCurrencies = "group-currencies",
        /// Prices do not rise with the group's order.
        GroupOrder = "group-order",
        /// A percentage below 1 %: percent was taken for basis points.
        DiscountTiny = "discount-tiny",
        /// The rate of a currency is the same as 90 days ago.
        RateStale = "rate-stale",
        /// US dollars as a regional currency: the price for the United States, apart from the base price.
        UsdVariant = "usd-variant",
    }
}

impl LintRule {
    /// How bad what it finds is.
    pub const fn severity(self) -> Severity {
        match self {
            Self::PriceScale
            | Self::PriceFree
            | Self::RateScale
            | Self::RateJump
            | Self::PricesWiped => Severity::Error,
            Self::YearlyDearer
            | Self::Arbitrage
            | Self::Drift
            | Self::PlanUnpriced
            | Self::GroupCurrencies
            | Self::DiscountTiny => Severity::Warning,
            Self::GroupOrder | Self::RateStale | Self::UsdVariant => Severity::Info,
        }
    }
}

/// Something in a catalog, or in a change of it, that looks wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The rule.
    pub rule: LintRule,
    /// How bad it is.
    pub severity: Severity,
    /// The kind of the object that it is about.
    pub object_type: ObjectType,
    /// The object's id; `None` if it has none yet.
    pub id: Option<String>,
    /// The object's code, if it has one.
    pub code: Option<String>,
    /// The leaf that it is about, such as `prices[monthly].regionalPrices[jpy].price`.
    pub path: String,
    /// A sentence for people.
    pub message: String,
    /// The value at the path, in wire units.
    pub value: Value,
    /// What the value was compared with, in wire units; null where there is nothing.
    pub expected: Value,
}

/// The exchange rates that plans had 90 days ago, for plans that were there already. Empty if the
/// history does not reach back that far.
pub type PastRates = HashMap<PlanId, Vec<PlanExchangeRate>>;
