//! Deriving regional values from their base values at a rate.

use super::value::{OfferTerms, RegionalOffer, RegionalPrice};
use crate::domain::error::{Result, Violations};
use crate::domain::money::{Amount, Currency, ExchangeRate, Unconvertible, UnitPrice};
use crate::domain::plan::PlanExchangeRate;
use crate::domain::plan_feature::RegionalOverage;
use crate::domain::plan_price::{DiscountType, PlanPrice, PriceChange, PriceTerms};

/// The field at fault when a value cannot be derived.
#[derive(Debug, Clone)]
pub(in crate::domain) enum ErrorField {
    /// The base is new: each value is reported in its own field.
    Own,
    /// The base changed: the field at fault for a discount depends on the change.
    Change(PriceChange),
    /// This field of the request.
    Field(String),
    /// The field of the item at this path of the request, which leaves the value out.
    Item(String),
}

/// Derives values in one currency, and records those that cannot be derived because they would be
/// too large, or free by rounding. The value returned for them does not matter, since the change is
/// refused.
pub(in crate::domain) struct Deriver<'a> {
    rate: &'a ExchangeRate,
    currency: Currency,
    error_field: &'a ErrorField,
    violations: &'a mut Violations,
}

impl<'a> Deriver<'a> {
    /// Derives at a rate.
    pub(in crate::domain) fn at(
        rate: &'a ExchangeRate,
        currency: Currency,
        error_field: &'a ErrorField,
        violations: &'a mut Violations,
    ) -> Self {
        Self {
            rate,
            currency,
            error_field,
            violations,
        }
    }

    /// The currency that values are derived in.
    pub(in crate::domain) fn currency(&self) -> Currency {
        self.currency
    }

    fn recorded<T>(&mut self, field: &str, derived: Result<T, Unconvertible>) -> Option<T> {
        derived
            .map_err(|error| {
                let field = match self.error_field {
                    ErrorField::Change(change) if field == DISCOUNT => {
                        change.discount_field().to_owned()
                    }
                    ErrorField::Own | ErrorField::Change(_) => field.to_owned(),
                    ErrorField::Field(field) => field.clone(),
                    ErrorField::Item(path) => format!("{path}.{field}"),
                };
                self.violations
                    .add_once(field, error.message(self.currency));
            })
            .ok()
    }

    fn price(&mut self, terms: &PriceTerms) -> Amount {
        let derived = self.rate.convert_amount(terms.price, self.currency);
        // A refused price does not limit the discount beside it.
        self.recorded("price", derived).unwrap_or(Amount::LARGEST)
    }

    fn balance(&mut self, terms: &PriceTerms) -> Option<Amount> {
        let base = terms.included_balance?;
        let derived = self.rate.convert_amount(base, self.currency);
        self.recorded("includedBalance", derived)
    }

    /// The offer in this currency, if the base offer is enabled: an amount is converted like a
    /// price, all other fields are copied.
    pub(super) fn offer(&mut self, terms: &PriceTerms) -> Option<OfferTerms> {
        let offer = terms.enabled_offer()?;
        let duration_cycles = offer.duration_cycles?;
        let (discount_type, base) = (offer.discount_type?, offer.discount_value?);
        let discount_value = match discount_type {
            DiscountType::Percentage => base,
            DiscountType::Amount => {
                let derived = self.rate.convert_discount(base, self.currency);
                self.recorded(DISCOUNT, derived)?
            }
        };
        Some(OfferTerms {
            discount_type,
            discount_value,
            duration_cycles,
        })
    }

    /// The overage price per unit.
    pub(in crate::domain) fn overage(&mut self, base: UnitPrice) -> RegionalOverage {
        let derived = self.rate.convert_unit_price(base);
        let unit_price = self.recorded("overage.unitPrice", derived);
        RegionalOverage {
            unit_price: unit_price.unwrap_or(UnitPrice::ZERO),
            auto_synced: true,
        }
    }
}

/// The field of a price that holds the value of its discount.
const DISCOUNT: &str = "introOffer.discountValue";

impl PlanPrice {
    /// Derives the values of a new price in every currency that the plan has a rate for.
    pub(in crate::domain) fn derive_all(
        &mut self,
        rates: &[PlanExchangeRate],
        violations: &mut Violations,
    ) {
        for PlanExchangeRate {
            currency,
            exchange_rate,
        } in rates
        {
            self.sync(Deriver::at(
                exchange_rate,
                *currency,
                &ErrorField::Own,
                violations,
            ));
        }
    }

    /// Updates derived values after the base changed. Deleted values stay deleted.
    pub(in crate::domain) fn follow_base(
        &mut self,
        rates: &[PlanExchangeRate],
        change: &PriceChange,
        violations: &mut Violations,
    ) {
        let error_field = ErrorField::Change(*change);
        for PlanExchangeRate {
            currency,
            exchange_rate,
        } in rates
        {
            let Some(regional) = self.regional.get_mut(currency) else {
                continue;
            };
            if change.had_offer() {
                regional.intro_offer = regional.intro_offer.missing_is_deleted();
            }
            let deriver = Deriver::at(exchange_rate, *currency, &error_field, violations);
            regional.follow(&self.terms, deriver);
        }
    }

    /// Derives every value in a currency that is not manual, including deleted ones.
    pub(in crate::domain) fn sync(&mut self, deriver: Deriver<'_>) {
        let terms = self.terms;
        let regional = self.regional_mut(deriver.currency);
        if regional.intro_offer == RegionalOffer::Deleted {
            regional.intro_offer = RegionalOffer::Derived(None);
        }
        regional.follow(&terms, deriver);
    }

    /// Resets derived values.
    pub(super) fn reset_derived(&mut self, currency: Currency) {
        if let Some(regional) = self.regional.get_mut(&currency) {
            if regional.auto_synced {
                regional.price = Amount::LARGEST;
            }
            if let RegionalOffer::Derived(_) = regional.intro_offer {
                regional.intro_offer = RegionalOffer::Derived(None);
            }
        }
    }
}

impl RegionalOffer {
    /// Turns a missing offer into a deleted one, given a base offer and a rate: older versions did
    /// not record deletions.
    pub(super) fn missing_is_deleted(self) -> Self {
        match self {
            Self::Derived(None) => Self::Deleted,
            other => other,
        }
    }
}

impl RegionalPrice {
    /// Derives the values that are neither manual nor deleted.
    pub(in crate::domain) fn follow(&mut self, terms: &PriceTerms, mut deriver: Deriver<'_>) {
        if self.auto_synced {
            self.price = deriver.price(terms);
        }
        if self.balance_auto_synced {
            self.included_balance = deriver.balance(terms);
        }
        if let RegionalOffer::Derived(_) = self.intro_offer {
            self.intro_offer = RegionalOffer::Derived(deriver.offer(terms));
        }
    }
}
