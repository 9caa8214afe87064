//! Visiting the money values of a plan in the order in which the plan shows them.

use std::iter;

use super::explained::{Explained, Regional, Source};
use super::money::Money;
use crate::domain::money::{Amount, Currency};
use crate::domain::plan::Plan;
use crate::domain::plan_feature::{PlanFeature, RegionalOverage};
use crate::domain::plan_price::{DiscountType, PlanPrice, PriceTerms};
use crate::domain::regional::{RegionalOffer, RegionalPrice};

impl Plan {
    /// Explains every money value that a reader of the plan is shown, or those in one currency:
    /// prices, included balances, discounts of type `amount` and prices of overage, each in US
    /// dollars and then in every other currency.
    pub fn explain(&self, currency: Option<Currency>) -> Vec<Explained> {
        let prices = self.prices.iter().flat_map(|price| self.of_price(price));
        let features = self.features.iter().flat_map(|item| self.of_feature(item));
        prices
            .chain(features)
            .filter(|value| currency.is_none_or(|currency| value.currency == currency))
            .collect()
    }

    /// Explains the manual values, as [`Self::explain`] does, without the work for all others.
    pub fn explain_manual(&self) -> Vec<Explained> {
        let prices = self.prices.iter();
        let prices = prices.flat_map(|price| self.manual_of_price(price));
        let features = self.features.iter();
        let features = features.flat_map(|item| self.manual_of_feature(item));
        prices
            .chain(features)
            .filter(|value| value.source == Source::Manual)
            .collect()
    }

    fn manual_of_price(&self, price: &PlanPrice) -> Vec<Explained> {
        let regional = price.regional.iter();
        let mut manual = regional
            .filter(|(_, regional)| regional.has_manual())
            .peekable();
        if manual.peek().is_none() {
            return Vec::new();
        }
        let path = format!("prices[{}]", price.billing_interval);
        let base = Amounts::of_terms(&price.terms);
        let explained = manual.flat_map(|(currency, regional)| {
            let path = format!("{path}.regionalPrices[{currency}]");
            self.of_regional_price(&path, *currency, &base, regional, price)
        });
        explained.collect()
    }

    fn manual_of_feature<'a>(&'a self, item: &'a PlanFeature) -> impl Iterator<Item = Explained> {
        let regional = item.visible_regional().iter();
        let manual = regional.filter(|(_, regional)| !regional.auto_synced);
        manual.map(|(currency, regional)| self.of_overage(item, *currency, regional))
    }

    fn of_price(&self, price: &PlanPrice) -> Vec<Explained> {
        let path = format!("prices[{}]", price.billing_interval);
        let base = Amounts::of_terms(&price.terms);
        let mut values = base.explain_as_base(&path);
        for (currency, regional) in &price.regional {
            let path = format!("{path}.regionalPrices[{currency}]");
            values.extend(self.of_regional_price(&path, *currency, &base, regional, price));
        }
        values
    }

    fn of_regional_price(
        &self,
        path: &str,
        currency: Currency,
        base: &Amounts,
        regional: &RegionalPrice,
        price: &PlanPrice,
    ) -> Vec<Explained> {
        let RegionalPrice {
            price: amount,
            auto_synced,
            included_balance,
            balance_auto_synced,
            intro_offer: _,
        } = *regional;
        let explain = |field: &str, value: Amount, is_derived: bool, base: Option<Amount>| {
            Explained::regional(Regional {
                path: format!("{path}.{field}"),
                currency,
                value: Money::Amount(value),
                is_derived,
                base: base.map(Money::Amount),
                rate: self.rate_of(currency),
            })
        };
        let mut values = vec![explain(PRICE, amount, auto_synced, Some(base.price))];
        if let Some(value) = included_balance {
            values.push(explain(BALANCE, value, balance_auto_synced, base.balance));
        }
        if let Some((value, is_derived)) = price.visible_offer(regional).and_then(discount_of) {
            values.push(explain(DISCOUNT, value, is_derived, base.discount));
        }
        values
    }

    /// Nothing while overage is disabled.
    fn of_feature(&self, item: &PlanFeature) -> Vec<Explained> {
        let overage = item.settings.overage;
        if !overage.enabled {
            return Vec::new();
        }
        let path = format!("features[{}].overage.unitPrice", item.feature.code.as_str());
        let base = Explained::base(path, Money::UnitPrice(overage.unit_price));
        let regional = item.visible_regional().iter();
        let regional =
            regional.map(|(currency, regional)| self.of_overage(item, *currency, regional));
        iter::once(base).chain(regional).collect()
    }

    fn of_overage(
        &self,
        item: &PlanFeature,
        currency: Currency,
        regional: &RegionalOverage,
    ) -> Explained {
        let code = item.feature.code.as_str();
        Explained::regional(Regional {
            path: format!("features[{code}].regionalPrices[{currency}].overageUnitPrice"),
            currency,
            value: Money::UnitPrice(regional.unit_price),
            is_derived: regional.auto_synced,
            base: Some(Money::UnitPrice(item.settings.overage.unit_price)),
            rate: self.rate_of(currency),
        })
    }
}

const PRICE: &str = "price";
const BALANCE: &str = "includedBalance";
const DISCOUNT: &str = "introOffer.discountValue";

/// The amounts of a price in US cents.
struct Amounts {
    price: Amount,
    balance: Option<Amount>,
    /// The discount of the enabled offer, unless it is a percentage.
    discount: Option<Amount>,
}

impl Amounts {
    fn of_terms(terms: &PriceTerms) -> Self {
        let offer = terms.enabled_offer();
        let discount = offer
            .filter(|offer| offer.discount_type == Some(DiscountType::Amount))
            .and_then(|offer| offer.discount_value);
        Self {
            price: terms.price,
            balance: terms.included_balance,
            discount: discount.map(Amount::from),
        }
    }

    fn explain_as_base(&self, path: &str) -> Vec<Explained> {
        let amounts = [
            (PRICE, Some(self.price)),
            (BALANCE, self.balance),
            (DISCOUNT, self.discount),
        ];
        let explain = |(field, amount): (&str, Option<Amount>)| {
            amount.map(|amount| Explained::base(format!("{path}.{field}"), Money::Amount(amount)))
        };
        amounts.into_iter().filter_map(explain).collect()
    }
}

/// The discount of a regional offer and whether it is derived, unless it is a percentage.
fn discount_of(offer: RegionalOffer) -> Option<(Amount, bool)> {
    let (terms, is_derived) = match offer {
        RegionalOffer::Derived(terms) => (terms?, true),
        RegionalOffer::Manual(terms) => (terms, false),
        RegionalOffer::Deleted => return None,
    };
    match terms.discount_type {
        DiscountType::Amount => Some((terms.discount_value.into(), is_derived)),
        DiscountType::Percentage => None,
    }
}
