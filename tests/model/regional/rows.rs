//! The values of a price or a feature in one currency.

use super::*;

/// A price in one currency.
#[derive(Clone)]
pub struct PriceRow {
    pub currency: String,
    pub price: i64,
    pub is_manual: bool,
    pub balance: Option<i64>,
    /// The API shows one flag for the row; see `choices::BALANCE_FOLLOWS_BESIDE_MANUAL_PRICE`.
    pub balance_was_sent: bool,
    /// A manual offer is kept, but not shown, while the price has no offer.
    pub offer: Option<RegionalOffer>,
    /// Whether the offer was deleted, so that only setting the rate brings it back.
    pub offer_is_deleted: bool,
}

/// An intro offer in one currency.
#[derive(Clone)]
pub struct RegionalOffer {
    pub discount: String,
    pub value: i64,
    pub cycles: i64,
    pub is_manual: bool,
}

/// An overage in one currency.
#[derive(Clone)]
pub struct OverageRow {
    pub currency: String,
    pub unit_price: i64,
    pub is_manual: bool,
}

impl PriceRow {
    pub(super) fn empty(currency: &str) -> Self {
        let currency = currency.to_owned();
        Self {
            currency,
            price: 0,
            is_manual: false,
            balance: None,
            balance_was_sent: false,
            offer: None,
            offer_is_deleted: false,
        }
    }

    pub fn keeps_balance(&self) -> bool {
        self.balance_was_sent || (self.is_manual && !choices::BALANCE_FOLLOWS_BESIDE_MANUAL_PRICE)
    }

    pub(super) fn keeps_offer(&self) -> bool {
        self.offer_is_deleted || self.offer.as_ref().is_some_and(|offer| offer.is_manual)
    }

    /// Whether the discount exceeds the price, or the offer is too long for the interval. If the
    /// price and the offer are both derived, the offer is as valid as the base offer.
    pub(super) fn offer_faults(&self, base: &Price) -> Vec<OfferFault> {
        match &self.offer {
            Some(offer) if base.makes_offer() && (offer.is_manual || self.is_manual) => {
                offer.faults(self.price, &base.interval)
            }
            _ => Vec::new(),
        }
    }

    pub fn shown(&self, base: &Price) -> Value {
        let offer = self.offer.as_ref().filter(|_| base.makes_offer());
        json!({
            "currency": self.currency,
            "price": self.price,
            "includedBalance": self.balance,
            "autoSynced": !self.is_manual,
            "introOffer": offer.map(RegionalOffer::shown),
        })
    }

    /// The row as `upsert-regional-prices` shows it.
    pub(super) fn shown_short(&self) -> Value {
        let mut shown = json!({"currency": self.currency, "price": self.price});
        if let Some(balance) = self.balance {
            shown["includedBalance"] = balance.into();
        }
        shown
    }
}

/// The possible faults of a regional offer.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum OfferFault {
    Value,
    Cycles,
}

impl RegionalOffer {
    pub(super) fn faults(&self, price: i64, interval: &str) -> Vec<OfferFault> {
        let is_large = self.value > largest_discount(&self.discount, price);
        let is_long = self.is_manual && self.cycles > most_cycles(interval);
        let faults = [(is_large, OfferFault::Value), (is_long, OfferFault::Cycles)];
        let faults = faults.into_iter().filter(|(is_wrong, _)| *is_wrong);
        faults.map(|(_, fault)| fault).collect()
    }

    pub(super) fn shown(&self) -> Value {
        json!({
            "discountType": self.discount,
            "discountValue": self.value,
            "durationCycles": self.cycles,
            "autoSynced": !self.is_manual,
        })
    }
}

impl OverageRow {
    pub fn shown(&self) -> Value {
        json!({"currency": self.currency, "overageUnitPrice": self.unit_price, "autoSynced": !self.is_manual})
    }
}

impl Price {
    pub fn makes_offer(&self) -> bool {
        self.offer.as_ref().is_some_and(|offer| offer.enabled)
    }

    pub fn row(&self, currency: &str) -> Option<&PriceRow> {
        self.regional.iter().find(|row| row.currency == currency)
    }

    pub(super) fn put_row(&mut self, row: PriceRow) {
        self.regional.retain(|other| other.currency != row.currency);
        self.regional.push(row);
        self.regional
            .sort_by(|one, other| one.currency.cmp(&other.currency));
    }
}

impl PlanFeature {
    pub fn row(&self, currency: &str) -> Option<&OverageRow> {
        self.regional.iter().find(|row| row.currency == currency)
    }

    pub(super) fn put_row(&mut self, row: OverageRow) {
        self.regional.retain(|other| other.currency != row.currency);
        self.regional.push(row);
        self.regional
            .sort_by(|one, other| one.currency.cmp(&other.currency));
    }
}
