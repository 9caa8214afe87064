//! Pricing a plan in one currency at a rate.

use super::configured::Configured;
use super::derive::{Deriver, ErrorField};
use super::overrides::Overrides;
use super::request::{EXCHANGE_RATE, RegionalPricing};
use crate::domain::error::{Result, Violations};
use crate::domain::money::{Currency, ExchangeRate};
use crate::domain::plan::{Plan, PlanExchangeRate};
use crate::domain::plan_check::PlanCheck;

impl Plan {
    /// Prices the plan in one currency: stores the rate and the manual values of the request, and
    /// derives every value that is not manual. On error the plan is left partly changed; drop it.
    ///
    /// # Errors
    /// `PriceNotFound` or `FeatureNotInPlan` for parts that the request names; validation of manual
    /// values, or of `exchangeRate` if a value cannot be derived.
    pub fn set_regional_pricing(&mut self, request: &RegionalPricing) -> Result<Configured> {
        let overrides = Overrides::resolve(self, request)?;
        let check = PlanCheck::before(self);
        let mut violations = Violations::default();
        overrides.check(&mut violations, self);
        overrides.apply(self, request);
        let mut underivable = Violations::default();
        self.derive_at(request, &mut underivable);
        check.after(self, &mut violations, |broken| {
            overrides.field(self, broken)
        });
        overrides.check_offers(&mut violations, self, request);
        violations.append(underivable);
        violations.into_result()?;
        Ok(Configured::of(self, request.currency))
    }

    /// Stores the rate of the request and derives every value that is not manual. If the rate is
    /// invalid, derived values are unknown, so they are reset and not checked.
    fn derive_at(&mut self, request: &RegionalPricing, violations: &mut Violations) {
        let currency = request.currency;
        match ExchangeRate::parse(&request.exchange_rate) {
            Ok(rate) => {
                self.set_rate(currency, &rate);
                let error_field = ErrorField::Field(EXCHANGE_RATE.to_owned());
                for price in &mut self.prices {
                    price.sync(Deriver::at(&rate, currency, &error_field, violations));
                }
                for item in &mut self.features {
                    item.sync(Deriver::at(&rate, currency, &error_field, violations));
                }
            }
            Err(error) => {
                for price in &mut self.prices {
                    price.reset_derived(currency);
                }
                violations.add(EXCHANGE_RATE, error.message());
            }
        }
    }

    fn set_rate(&mut self, currency: Currency, rate: &ExchangeRate) {
        let rates = &mut self.exchange_rates;
        match rates.binary_search_by_key(&currency, |known| known.currency) {
            Ok(index) => rates[index].exchange_rate = rate.clone(),
            Err(index) => rates.insert(
                index,
                PlanExchangeRate {
                    currency,
                    exchange_rate: rate.clone(),
                },
            ),
        }
    }
}
