//! The rules, and what breaks them.

use crate::domain::id::{FeatureId, PriceId};
use crate::domain::money::Currency;

/// A part of a plan that can break a rule.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::domain) enum Part {
    /// A price in US dollars.
    Price(PriceId),
    /// A price in another currency.
    Regional(PriceId, Currency),
    /// A feature in the plan.
    Feature(FeatureId),
}

/// A rule about a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::domain) enum Rule {
    /// A free plan costs nothing, in any currency.
    FreePrice,
    /// A free plan has no trial.
    FreeTrial,
    /// A free plan has no enabled intro offer.
    FreeOffer,
    /// Only a balance plan includes a balance.
    Balance,
    /// Only a credits plan includes credits.
    Credits,
    /// A trial does not exceed its maximum.
    Trial,
    /// An enabled offer has a type.
    OfferType,
    /// An enabled offer has a value.
    OfferValue,
    /// An enabled offer has a number of cycles.
    OfferCycles,
    /// A percentage does not exceed 100 %.
    Percentage,
    /// An amount does not exceed the price beside it.
    Amount,
    /// An offer on a one-time price lasts one cycle.
    OneCycle,
    /// A boolean feature has only `enabled`; the value is the other field that is set.
    Boolean(&'static str),
    /// An unlimited feature has no overage.
    UnlimitedOverage,
    /// A free plan has no overage.
    FreeOverage,
    /// Credits per unit belong to credits plans.
    CreditsPerUnit,
    /// Prices by AI model belong to balance plans.
    AiModel,
    /// A margin belongs to prices by AI model.
    Margin,
}

/// A rule that a plan breaks.
#[derive(Debug)]
pub(in crate::domain) struct BrokenRule {
    /// The part that breaks it.
    pub part: Part,
    /// The rule.
    pub rule: Rule,
    /// By how much the part exceeds a limit; 1 for rules without one.
    pub(super) excess: i64,
    /// The message for the client.
    pub(super) message: String,
}
