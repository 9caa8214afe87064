//! The manual values of a plan.

use std::collections::BTreeMap;

use crate::domain::id::{FeatureId, PriceId};
use crate::domain::money::{Amount, Currency, Positive, UnitPrice};
use crate::domain::patch::Patch;
use crate::domain::plan::Plan;
use crate::domain::plan_price::DiscountType;
use crate::domain::regional::{RegionalOffer, RegionalPrice};

/// Manual values by the part that they belong to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Manual {
    pub prices: BTreeMap<(PriceId, Currency), Amount>,
    pub balances: BTreeMap<(PriceId, Currency), Option<Amount>>,
    pub offers: BTreeMap<(PriceId, Currency), (DiscountType, Positive)>,
    pub overages: BTreeMap<(FeatureId, Currency), UnitPrice>,
}

impl Manual {
    /// The values that a plan marks as manual.
    pub(super) fn of(plan: &Plan) -> Self {
        let mut manual = Self::default();
        for price in &plan.prices {
            for (currency, regional) in &price.regional {
                manual.note_price(&price.id, *currency, regional);
            }
        }
        for item in &plan.features {
            for (currency, regional) in &item.regional {
                if !regional.auto_synced {
                    let key = (item.feature.id.clone(), *currency);
                    manual.overages.insert(key, regional.unit_price);
                }
            }
        }
        manual
    }

    fn note_price(&mut self, id: &PriceId, currency: Currency, regional: &RegionalPrice) {
        let key = || (id.clone(), currency);
        if !regional.auto_synced {
            self.prices.insert(key(), regional.price);
        }
        if !regional.balance_auto_synced {
            self.balances.insert(key(), regional.included_balance);
        }
        if let RegionalOffer::Manual(offer) = regional.intro_offer {
            let value = (offer.discount_type, offer.discount_value);
            self.offers.insert(key(), value);
        }
    }

    /// Records a manual price. The balance beside it stays unless it is given too.
    pub(super) fn set_price(
        &mut self,
        id: &PriceId,
        currency: Currency,
        amount: i64,
        balance: Patch<i64>,
    ) {
        let key = (id.clone(), currency);
        self.prices.insert(key.clone(), Amount::from_row(amount));
        match balance {
            Patch::Set(balance) => drop(self.balances.insert(key, Some(Amount::from_row(balance)))),
            Patch::Clear => drop(self.balances.remove(&key)),
            Patch::Keep => {}
        }
    }

    pub(super) fn forget_currency(&mut self, withdrawn: Currency) {
        self.prices
            .retain(|(_, currency), _| *currency != withdrawn);
        self.balances
            .retain(|(_, currency), _| *currency != withdrawn);
        self.offers
            .retain(|(_, currency), _| *currency != withdrawn);
        self.overages
            .retain(|(_, currency), _| *currency != withdrawn);
    }

    pub(super) fn forget_price(&mut self, id: &PriceId) {
        self.prices.retain(|(other, _), _| other != id);
        self.balances.retain(|(other, _), _| other != id);
        self.offers.retain(|(other, _), _| other != id);
    }

    pub(super) fn forget_feature(&mut self, id: &FeatureId) {
        self.overages.retain(|(other, _), _| other != id);
    }
}
