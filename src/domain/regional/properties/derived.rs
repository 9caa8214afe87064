//! Checks of derived values.

use proptest::prelude::*;

use super::world::rate_request;
use crate::domain::error::Result;
use crate::domain::money::{Amount, Currency, ExchangeRate};
use crate::domain::plan::Plan;
use crate::domain::plan_price::{DiscountType, PriceTerms};
use crate::domain::regional::{RegionalOffer, RegionalPrice};

/// Sets every rate of the plan to its current value.
pub(super) fn set_rates_again(plan: &mut Plan) -> Result<()> {
    for rate in plan.exchange_rates.clone() {
        let request = rate_request(rate.currency, rate.exchange_rate.as_str());
        plan.set_regional_pricing(&request)?;
    }
    Ok(())
}

/// The plan with no regional values but those that its rates derive.
pub(super) fn rederived(plan: &Plan) -> Plan {
    let mut fresh = plan.clone();
    for price in &mut fresh.prices {
        price.regional.clear();
    }
    for item in &mut fresh.features {
        item.regional.clear();
    }
    set_rates_again(&mut fresh).unwrap();
    fresh
}

/// Checks that every derived value matches its base.
pub(super) fn check_derived(plan: &Plan) -> Result<(), TestCaseError> {
    for price in &plan.prices {
        for (currency, regional) in &price.regional {
            check_derived_price(plan.rate_of(*currency), &price.terms, *currency, regional)?;
        }
    }
    for item in &plan.features {
        for (currency, regional) in item.regional.iter().filter(|(_, value)| value.auto_synced) {
            let overage = item.settings.overage;
            let rate = plan.rate_of(*currency).expect("a rate to derive with");
            prop_assert!(overage.enabled);
            prop_assert_eq!(
                Ok(regional.unit_price),
                rate.convert_unit_price(overage.unit_price)
            );
        }
    }
    Ok(())
}

pub(super) fn check_derived_price(
    rate: Option<&ExchangeRate>,
    terms: &PriceTerms,
    currency: Currency,
    regional: &RegionalPrice,
) -> Result<(), TestCaseError> {
    let converted = |base: Amount| {
        rate.expect("a rate")
            .convert_amount(base, currency)
            .unwrap()
    };
    if regional.auto_synced {
        prop_assert_eq!(regional.price, converted(terms.price));
    }
    if regional.balance_auto_synced {
        let base = terms.included_balance.filter(|_| rate.is_some());
        prop_assert_eq!(regional.included_balance, base.map(converted));
    }
    if let RegionalOffer::Derived(None) = regional.intro_offer {
        prop_assert!(rate.is_none() || terms.enabled_offer().is_none());
    }
    if let RegionalOffer::Derived(Some(offer)) = regional.intro_offer {
        let base = terms.enabled_offer().expect("an offer to derive from");
        let value = base.discount_value.expect("an enabled offer is complete");
        let wanted = match offer.discount_type {
            DiscountType::Percentage => value.get(),
            DiscountType::Amount => converted(Amount::from_row(value.get())).get(),
        };
        prop_assert_eq!(Some(offer.discount_type), base.discount_type);
        prop_assert_eq!(offer.discount_value.get(), wanted);
        prop_assert_eq!(Some(offer.duration_cycles), base.duration_cycles);
    }
    Ok(())
}
