//! Derived values.

use super::*;

/// Derives values at one rate and collects the faults.
pub(super) struct Deriver<'a> {
    pub(super) rate: Decimal,
    pub(super) digits: i32,
    pub(super) faults: &'a mut Vec<Fault>,
}

impl<'a> Deriver<'a> {
    pub(super) fn at(rate: &Rate, faults: &'a mut Vec<Fault>) -> Self {
        let digits = money::minor_digits(&rate.currency).expect("a rate has a known currency");
        let rate = Decimal::parse(&rate.digits).expect("a stored rate is a number");
        Self {
            rate,
            digits,
            faults,
        }
    }

    /// An amount in minor units.
    pub(super) fn amount(&mut self, base: i64, field: &str) -> Option<i64> {
        self.shifted(base, self.digits - BASE_DIGITS, field)
    }

    /// A unit price: its scale is the same in every currency.
    pub(super) fn unit_price(&mut self, base: i64, field: &str) -> Option<i64> {
        self.shifted(base, 0, field)
    }

    pub(super) fn shifted(&mut self, base: i64, shift: i32, field: &str) -> Option<i64> {
        let value = money::derived(base, self.rate, shift);
        if value.is_none() {
            self.faults.push(Fault::of_derived(field));
        }
        value
    }

    /// An enabled offer in the currency; an incomplete one is refused elsewhere.
    pub(super) fn offer(&mut self, offer: Option<&Offer>, field: &str) -> Option<RegionalOffer> {
        let Offer {
            discount: Some(discount),
            value: Some(value),
            cycles: Some(cycles),
            enabled: true,
        } = offer?
        else {
            return None;
        };
        let value = if discount == "amount" {
            self.amount(*value, field)?
        } else {
            *value
        };
        Some(RegionalOffer {
            discount: discount.clone(),
            value,
            cycles: *cycles,
            is_manual: false,
        })
    }

    /// Derives every part of a row that is not manual.
    pub(super) fn fill(
        &mut self,
        row: &mut PriceRow,
        keeps_balance: bool,
        base: &Price,
        fields: Fields,
    ) {
        if !row.is_manual {
            row.price = self
                .amount(base.amount, fields.price)
                .unwrap_or(UNKNOWN_PRICE);
        }
        if !keeps_balance {
            row.balance = base
                .balance
                .and_then(|balance| self.amount(balance, fields.balance));
        }
        if !row.keeps_offer() {
            row.offer = self.offer(base.offer.as_ref(), fields.offer);
        }
    }
}

/// The fields to name when a value cannot be derived.
#[derive(Clone, Copy)]
pub(super) struct Fields {
    pub(super) price: &'static str,
    pub(super) balance: &'static str,
    pub(super) offer: &'static str,
}

pub(super) const FIELDS_OF_BASE: Fields = Fields {
    price: "price",
    balance: "includedBalance",
    offer: "introOffer*",
};
pub(super) const FIELDS_OF_RESYNC: Fields = Fields {
    price: ANY_FIELD,
    balance: ANY_FIELD,
    offer: ANY_FIELD,
};
pub(super) const FIELDS_OF_ALL: Fields = Fields {
    price: choices::REFUSED_BY_RESYNC,
    balance: choices::REFUSED_BY_RESYNC,
    offer: choices::REFUSED_BY_RESYNC,
};
/// A resync may blame any of the items that it names.
pub(super) const ANY_FIELD: &str = "*";
pub(super) const FIELDS_OF_RATE: Fields = Fields {
    price: choices::REFUSED_BY_RATE,
    balance: choices::REFUSED_BY_RATE,
    offer: choices::REFUSED_BY_RATE,
};

/// A price added to a plan with rates gets its values at all of them.
pub fn derive_new_price(plan: &Plan, price: &mut Price, faults: &mut Vec<Fault>) {
    for rate in &plan.rates {
        let mut row = PriceRow::empty(&rate.currency);
        Deriver::at(rate, faults).fill(&mut row, false, price, FIELDS_OF_BASE);
        price.put_row(row);
    }
}

/// Derived values follow changes of the base. This does not bring back deleted rows.
pub fn follow_price(plan: &Plan, before: &Price, price: &mut Price, faults: &mut Vec<Fault>) {
    for rate in &plan.rates {
        let Some(mut row) = price.row(&rate.currency).cloned() else {
            continue;
        };
        let mut deriver = Deriver::at(rate, faults);
        if before.amount != price.amount && !row.is_manual {
            row.price = deriver
                .amount(price.amount, "price")
                .unwrap_or(UNKNOWN_PRICE);
        }
        if before.balance != price.balance && !row.keeps_balance() {
            row.balance = price
                .balance
                .and_then(|base| deriver.amount(base, "includedBalance"));
        }
        if before.offer != price.offer && !row.keeps_offer() {
            row.offer = deriver.offer(price.offer.as_ref(), "introOffer*");
        }
        price.put_row(row);
    }
    // This includes currencies without a rate, whose values do not follow.
    for row in &price.regional {
        for fault in row.offer_faults(price) {
            faults.push(blamed_on_change(row, fault, before));
        }
    }
}

/// A manual offer has not changed: either the price beside it changed, or the offer became visible.
/// A derived offer changed at the base.
pub(super) fn blamed_on_change(row: &PriceRow, fault: OfferFault, before: &Price) -> Fault {
    let is_manual = row.offer.as_ref().is_some_and(|offer| offer.is_manual);
    match (is_manual, fault) {
        (true, OfferFault::Value) if before.makes_offer() => Fault::at("price"),
        (true, _) => Fault::at("introOffer.enabled"),
        (false, _) => Fault::between(&[
            "introOffer.discountValue",
            "introOffer.discountType",
            "introOffer.enabled",
        ]),
    }
}

/// Derived overages follow the base, and appear and disappear with it.
pub fn follow_overage(plan: &Plan, on: &mut PlanFeature, faults: &mut Vec<Fault>) {
    for rate in &plan.rates {
        derive_overage(rate, on, "overage*", faults);
    }
}

pub(super) fn derive_overage(
    rate: &Rate,
    on: &mut PlanFeature,
    field: &str,
    faults: &mut Vec<Fault>,
) {
    let currency = &rate.currency;
    if on.row(currency).is_some_and(|row| row.is_manual) {
        return;
    }
    on.regional.retain(|row| row.currency != *currency);
    if on.overage {
        let unit_price = Deriver::at(rate, faults)
            .unit_price(on.unit_price, field)
            .unwrap_or(0);
        on.put_row(OverageRow {
            currency: currency.clone(),
            unit_price,
            is_manual: false,
        });
    }
}
