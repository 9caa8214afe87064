//! Deleting regional values.

use crate::domain::error::{Error, Result};
use crate::domain::id::PriceId;
use crate::domain::money::Currency;
use crate::domain::plan::Plan;

impl Plan {
    /// Deletes every regional value of a price; the plan's rates stay.
    ///
    /// # Errors
    /// `PriceNotFound`.
    pub fn delete_regional_prices(&mut self, price: Option<&PriceId>) -> Result<()> {
        let index = self.price_index(price)?;
        self.prices[index].regional.clear();
        Ok(())
    }

    /// Withdraws a currency: deletes its rate and every value in it, including manual and hidden
    /// ones.
    ///
    /// # Errors
    /// `RegionalPricingNotFound` if the plan has neither a rate nor a value in the currency, or if
    /// `currency` is `None`.
    pub fn delete_regional_pricing(&mut self, currency: Option<Currency>) -> Result<Currency> {
        let currency = currency.ok_or(Error::RegionalPricingNotFound)?;
        let rates_before = self.exchange_rates.len();
        self.exchange_rates.retain(|rate| rate.currency != currency);
        let mut is_found = self.exchange_rates.len() < rates_before;
        for price in &mut self.prices {
            is_found |= price.regional.remove(&currency).is_some();
        }
        for item in &mut self.features {
            is_found |= item.regional.remove(&currency).is_some();
        }
        is_found
            .then_some(currency)
            .ok_or(Error::RegionalPricingNotFound)
    }
}
