//! The stored regional values of a price.

use crate::domain::money::{Amount, Currency, Positive};
use crate::domain::patch::Patch;
use crate::domain::plan_price::{DiscountType, PlanPrice};

/// The stored values of a price in one currency. Manual values stay whatever happens to the base;
/// see [`PlanPrice::visible_offer`] for when an offer is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RegionalPrice {
    /// The price, in minor units of the currency.
    pub price: Amount,
    /// Whether the price is derived.
    pub auto_synced: bool,
    /// The balance included, in minor units of the currency.
    pub included_balance: Option<Amount>,
    /// Whether the balance is derived; it can be even if the price is manual.
    pub balance_auto_synced: bool,
    /// The intro offer, derived or manual independently of the price beside it.
    pub intro_offer: RegionalOffer,
}

/// The stored intro offer of a price in one currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RegionalOffer {
    /// Follows the base: `None` while the base has no enabled offer, or the plan no rate.
    Derived(Option<OfferTerms>),
    /// Set by the client.
    Manual(OfferTerms),
    /// Deleted with the other values; it returns only when the currency's rate is set again.
    Deleted,
}

/// The terms of an intro offer in one currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OfferTerms {
    /// The unit of the value.
    pub discount_type: DiscountType,
    /// Basis points or minor units of the currency.
    pub discount_value: Positive,
    /// The number of billing cycles it lasts.
    pub duration_cycles: Positive,
}

impl PlanPrice {
    /// The values in a currency, inserted with nothing derived yet if there are none.
    pub(super) fn regional_mut(&mut self, currency: Currency) -> &mut RegionalPrice {
        let regional = self.regional.entry(currency);
        regional.or_insert(RegionalPrice::UNDERIVED)
    }
}

impl RegionalPrice {
    /// The initial state, before values are derived.
    pub(in crate::domain) const UNDERIVED: Self = Self {
        price: Amount::LARGEST,
        auto_synced: true,
        included_balance: None,
        balance_auto_synced: true,
        intro_offer: RegionalOffer::Derived(None),
    };

    /// Whether any of the values is manual, shown or not.
    pub(in crate::domain) fn has_manual(&self) -> bool {
        let is_manual_offer = matches!(self.intro_offer, RegionalOffer::Manual(_));
        !self.auto_synced || !self.balance_auto_synced || is_manual_offer
    }

    /// Sets the price manually, and updates the balance.
    pub(super) fn set_manually(&mut self, price: Amount, included_balance: Patch<Amount>) {
        self.price = price;
        self.auto_synced = false;
        match included_balance {
            Patch::Keep => {}
            Patch::Clear => {
                self.included_balance = None;
                self.balance_auto_synced = true;
            }
            Patch::Set(balance) => {
                self.included_balance = Some(balance);
                self.balance_auto_synced = false;
            }
        }
    }
}
