//! Visiting the money values of a plan in the order in which the plan shows them.

use super::explained::{Explained, Regional};
use super::money::Money;
use crate::domain::money::{Amount, Currency};
use crate::domain::plan::Plan;
use crate::domain::plan_feature::PlanFeature;
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
        let path = format!("features[{}]", item.feature.code.as_str());
        let base = Money::UnitPrice(overage.unit_price);
        let mut values = vec![Explained::base(format!("{path}.overage.unitPrice"), base)];
        let regional = item.visible_regional().iter();
        values.extend(regional.map(|(currency, regional)| {
            Explained::regional(Regional {
                path: format!("{path}.regionalPrices[{currency}].overageUnitPrice"),
                currency: *currency,
                value: Money::UnitPrice(regional.unit_price),
                is_derived: regional.auto_synced,
                base: Some(base),
                rate: self.rate_of(*currency),
            })
        }));
        values
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
