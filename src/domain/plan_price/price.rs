//! A price with its regional values.

use std::collections::BTreeMap;

use super::terms::{BillingInterval, PriceTerms};
use crate::domain::id::PriceId;
use crate::domain::money::Currency;
use crate::domain::regional::{RegionalOffer, RegionalPrice};
use crate::domain::timestamp::Timestamp;

/// A price of a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanPrice {
    /// The id.
    pub id: PriceId,
    /// How often it is charged; fixed at creation.
    pub billing_interval: BillingInterval,
    /// The fields that an update can change.
    pub terms: PriceTerms,
    /// Whether it is the price to show first: true for exactly one price of a plan that has prices.
    pub is_default: bool,
    /// Its position in the order in which the plan's prices were added.
    pub position: i64,
    /// When it was created.
    pub created_at: Timestamp,
    /// When one of its own fields last changed; regional values do not count.
    pub updated_at: Timestamp,
    /// The stored values in other currencies. [`Self::visible_offer`] decides whether an offer is
    /// shown.
    pub regional: BTreeMap<Currency, RegionalPrice>,
}

impl PlanPrice {
    /// The regional offer to show: none while the base offer is disabled, although manual offers
    /// stay stored.
    pub fn visible_offer(&self, regional: &RegionalPrice) -> Option<RegionalOffer> {
        self.terms.enabled_offer().map(|_| regional.intro_offer)
    }
}
