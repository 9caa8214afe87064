//! The catalog as a document: what it says, by codes and names, never by ids.

mod defaults;
mod export;
mod spelling;

pub use export::handles;

use super::feature::FeatureType;
use super::money::{Amount, Currency, ExchangeRate, UnitPrice};
use super::patch::Patch;
use super::plan::ConsumptionModel;
use super::plan_feature::PlanFeatureSettings;
use super::plan_price::{BillingInterval, PriceTerms};
use super::regional::OfferTerms;
use super::text::{Code, Description, Metadata, Name, UnitName};

/// A document. A section that it does not have says nothing about the objects of its kind.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Document {
    /// The features, each code once.
    pub features: Option<Vec<FeatureEntry>>,
    /// The plan groups, each name and each handle once.
    pub groups: Option<Vec<GroupEntry>>,
    /// The plans, each code once.
    pub plans: Option<Vec<PlanEntry>>,
}

/// A feature in a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeatureEntry {
    /// The code, by which it is matched.
    pub code: Code,
    /// The name.
    pub name: Name,
    /// The type.
    pub feature_type: FeatureType,
    /// The description.
    pub description: Patch<Description>,
    /// The name of a unit.
    pub unit_name: Patch<UnitName>,
}

/// A plan group in a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupEntry {
    /// The document's own name for the group.
    pub handle: String,
    /// The name, by which it is matched.
    pub name: Name,
    /// The description.
    pub description: Patch<Description>,
    /// Whether it is public.
    pub is_public: Option<bool>,
    /// The codes of its plans, in their order.
    pub plans: Option<Vec<Code>>,
}

/// A plan in a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanEntry {
    /// The code, by which it is matched.
    pub code: Code,
    /// The name.
    pub name: Name,
    /// The description.
    pub description: Patch<Description>,
    /// How its customers pay; fixed at creation.
    pub consumption_model: Option<ConsumptionModel>,
    /// Whether it is public.
    pub is_public: Option<bool>,
    /// Whether it is free; fixed at creation.
    pub is_free: Option<bool>,
    /// Whether use stops when credits or balance run out.
    pub block_on_exhaustion: Patch<bool>,
    /// The client's own data.
    pub metadata: Patch<Metadata>,
    /// Whether it is the default plan.
    pub is_default: Option<bool>,
    /// All its features, in the order in which new ones are added.
    pub features: Option<Vec<PlanFeatureEntry>>,
    /// All its prices, in the order in which new ones are added.
    pub prices: Option<Vec<PriceEntry>>,
    /// All its currencies.
    pub regional: Option<Vec<RegionalEntry>>,
}

/// A feature in a plan of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanFeatureEntry {
    /// The feature.
    pub code: Code,
    /// How the plan includes it.
    pub settings: PlanFeatureSettings,
    /// Whether it is written as `true` or `false`, as boolean features are.
    pub is_switch: bool,
}

/// A price of a plan in a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PriceEntry {
    /// The interval, by which it is matched.
    pub interval: BillingInterval,
    /// The terms.
    pub terms: PriceTerms,
    /// Whether it is the plan's default price.
    pub is_default: Option<bool>,
}

/// A currency of a plan in a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegionalEntry {
    /// The currency.
    pub currency: Currency,
    /// The rate; without one there are manual values only.
    pub rate: Option<ExchangeRate>,
    /// Prices that are not derived as a whole, each interval once.
    pub prices: Vec<(BillingInterval, RegionalPriceEntry)>,
    /// Manual prices of overage, each feature once.
    pub features: Vec<(Code, UnitPrice)>,
}

/// A price in a currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RegionalPriceEntry {
    /// There is none, although there is a rate.
    Absent,
    /// There is one, and what is not set by hand is derived.
    Present {
        /// The price, if it is set by hand.
        price: Option<Amount>,
        /// The balance, if it is set by hand.
        balance: Option<Amount>,
        /// The intro offer.
        offer: RegionalOfferEntry,
    },
}

/// An intro offer in a currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RegionalOfferEntry {
    /// It is derived.
    Derived,
    /// There is none, whatever the base has.
    Absent,
    /// It is set by hand.
    Manual(OfferTerms),
}
