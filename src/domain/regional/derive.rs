//! Deriving regional values from their bases at a rate.

use super::{OfferTerms, RegionalOffer, RegionalPrice};
use crate::domain::error::{Result, Violations};
use crate::domain::money::{Amount, Currency, ExchangeRate, Unconvertible, UnitPrice};
use crate::domain::plan::PlanExchangeRate;
use crate::domain::plan_feature::RegionalOverage;
use crate::domain::plan_price::{DiscountType, PlanPrice, PriceChange, PriceTerms};

/// What the caller is told to mend when a value cannot be derived.
#[derive(Debug, Clone)]
pub(in crate::domain) enum Blame {
    /// A new base: each value is reported under its own field.
    Base,
    /// A changed base: which field is at fault for a discount depends on what changed.
    Change(PriceChange),
    /// This one field of the call.
    Field(String),
    /// The item of a request at this path, which left a value out.
    Item(String),
}

/// Derives values in one currency, and notes what cannot be derived: nothing may become too large,
/// or free by rounding. What it returns then does not matter, since the change is refused.
pub(in crate::domain) struct Deriver<'a> {
    rate: &'a ExchangeRate,
    currency: Currency,
    blame: &'a Blame,
    violations: &'a mut Violations,
}

impl<'a> Deriver<'a> {
    /// Derives at a rate.
    pub(in crate::domain) fn at(
        rate: &'a ExchangeRate,
        currency: Currency,
        blame: &'a Blame,
        violations: &'a mut Violations,
    ) -> Self {
        Self {
            rate,
            currency,
            blame,
            violations,
        }
    }

    /// The currency that values are derived in.
    pub(in crate::domain) fn currency(&self) -> Currency {
        self.currency
    }

    fn noted<T>(&mut self, field: &str, derived: Result<T, Unconvertible>) -> Option<T> {
        derived
            .map_err(|why| {
                let field = match self.blame {
                    Blame::Change(change) if field == DISCOUNT => {
                        change.discount_field().to_owned()
                    }
                    Blame::Base | Blame::Change(_) => field.to_owned(),
                    Blame::Field(field) => field.clone(),
                    Blame::Item(path) => format!("{path}.{field}"),
                };
                self.violations.add_once(field, why.message(self.currency));
            })
            .ok()
    }

    fn price(&mut self, terms: &PriceTerms) -> Amount {
        let derived = self.rate.convert_amount(terms.price, self.currency);
        // A discount beside a price that is refused is held to no limit.
        self.noted("price", derived).unwrap_or(Amount::LARGEST)
    }

    fn balance(&mut self, terms: &PriceTerms) -> Option<Amount> {
        let base = terms.included_balance?;
        let derived = self.rate.convert_amount(base, self.currency);
        self.noted("includedBalance", derived)
    }

    /// The offer in this currency, if one is made: an amount is derived like a price, all else is
    /// copied.
    pub(super) fn offer(&mut self, terms: &PriceTerms) -> Option<OfferTerms> {
        let offer = terms.enabled_offer()?;
        let duration_cycles = offer.duration_cycles?;
        let (discount_type, base) = (offer.discount_type?, offer.discount_value?);
        let discount_value = match discount_type {
            DiscountType::Percentage => base,
            DiscountType::Amount => {
                let derived = self.rate.convert_discount(base, self.currency);
                self.noted(DISCOUNT, derived)?
            }
        };
        Some(OfferTerms {
            discount_type,
            discount_value,
            duration_cycles,
        })
    }

    /// The price of one unit of overage.
    pub(in crate::domain) fn overage(&mut self, base: UnitPrice) -> RegionalOverage {
        let derived = self.rate.convert_unit_price(base);
        let unit_price = self.noted("overage.unitPrice", derived);
        RegionalOverage {
            unit_price: unit_price.unwrap_or(UnitPrice::ZERO),
            auto_synced: true,
        }
    }
}

/// The field of a price that holds the value of its discount.
const DISCOUNT: &str = "introOffer.discountValue";

impl PlanPrice {
    /// Gives a new price its values in every currency that the plan has a rate for.
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
                &Blame::Base,
                violations,
            ));
        }
    }

    /// Derives again what is derived, after the base changed. Values that were deleted stay away.
    pub(in crate::domain) fn follow_base(
        &mut self,
        rates: &[PlanExchangeRate],
        change: &PriceChange,
        violations: &mut Violations,
    ) {
        let blame = Blame::Change(*change);
        for PlanExchangeRate {
            currency,
            exchange_rate,
        } in rates
        {
            let Some(regional) = self.regional.get_mut(currency) else {
                continue;
            };
            if change.had_offer() {
                regional.intro_offer = regional.intro_offer.told_from_deleted();
            }
            let deriver = Deriver::at(exchange_rate, *currency, &blame, violations);
            regional.follow(&self.terms, deriver);
        }
    }

    /// Derives every value in a currency that is not manual, deleted ones included.
    pub(super) fn sync(&mut self, deriver: Deriver<'_>) {
        let terms = self.terms;
        let regional = self.regional_mut(deriver.currency);
        if regional.intro_offer == RegionalOffer::Deleted {
            regional.intro_offer = RegionalOffer::Derived(None);
        }
        regional.follow(&terms, deriver);
    }

    /// Resets what a rate would derive.
    pub(super) fn forget_derived(&mut self, currency: Currency) {
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
    /// Programs of older versions left no trace of a deletion: where the base makes an offer and
    /// there is a rate, an offer that is missing was deleted.
    pub(super) fn told_from_deleted(self) -> Self {
        match self {
            Self::Derived(None) => Self::Deleted,
            other => other,
        }
    }
}

impl RegionalPrice {
    /// Derives what is neither manual nor deleted.
    pub(super) fn follow(&mut self, terms: &PriceTerms, mut deriver: Deriver<'_>) {
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
