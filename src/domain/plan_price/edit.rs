//! Adding, updating and deleting prices of a plan.

use std::collections::BTreeMap;

use super::change::{PriceChange, field_of};
use super::patch::PricePatch;
use super::price::PlanPrice;
use super::terms::{BillingInterval, PriceTerms};
use crate::domain::error::{Error, Result, Taken, Violations};
use crate::domain::id::PriceId;
use crate::domain::plan::Plan;
use crate::domain::plan_check::PlanCheck;
use crate::domain::timestamp::Timestamp;

impl Plan {
    /// The index of a price in the plan.
    ///
    /// # Errors
    /// `PriceNotFound`.
    pub fn price_index(&self, price: Option<&PriceId>) -> Result<usize> {
        let is_named = |item: &PlanPrice| price == Some(&item.id);
        self.prices
            .iter()
            .position(is_named)
            .ok_or(Error::PriceNotFound)
    }

    /// Adds a price, and derives its regional values at the plan's rates. The first price becomes
    /// the default; a later one does if `make_default` is set. On error the plan is left partly
    /// changed; drop it.
    ///
    /// # Errors
    /// Validation of the terms or of a derived value; `Duplicate` if the interval already has a
    /// price.
    pub fn add_price(
        &mut self,
        billing_interval: BillingInterval,
        terms: PriceTerms,
        make_default: bool,
        id: PriceId,
        now: Timestamp,
    ) -> Result<&PlanPrice> {
        let check = PlanCheck::before(self);
        let mut added = PlanPrice {
            id,
            billing_interval,
            terms,
            is_default: self.prices.is_empty(),
            position: self
                .prices
                .iter()
                .map(|item| item.position + 1)
                .max()
                .unwrap_or(0),
            created_at: now,
            updated_at: now,
            regional: BTreeMap::new(),
        };
        let mut underivable = Violations::default();
        added.derive_all(&self.exchange_rates, &mut underivable);
        let is_taken = self
            .prices
            .iter()
            .any(|item| item.billing_interval == billing_interval);
        self.prices.push(added);
        check.finish(self, underivable, |broken| field_of(broken.rule).to_owned())?;
        if is_taken {
            return Err(Error::Duplicate(Taken::new(
                "billingInterval",
                format!("The plan has a {billing_interval} price already."),
            )));
        }
        let index = self.prices.len() - 1;
        if make_default {
            self.make_default(index, now);
        }
        Ok(&self.prices[index])
    }

    /// Updates a price; derived regional values follow. On error the plan is left partly changed;
    /// drop it.
    ///
    /// # Errors
    /// `PriceNotFound`; validation of the terms, of a derived value or of a discount beside a
    /// regional price; `DefaultPriceRequired` if the update clears the default.
    pub fn update_price(
        &mut self,
        price: Option<&PriceId>,
        patch: &PricePatch,
        now: Timestamp,
    ) -> Result<&PlanPrice> {
        let index = self.price_index(price)?;
        let check = PlanCheck::before(self);
        let before = self.prices[index].terms;
        let terms = before.patched(patch);
        let changed = &mut self.prices[index];
        let mut underivable = Violations::default();
        let change = PriceChange {
            before,
            after: terms,
        };
        changed.terms = terms;
        if terms != before {
            changed.updated_at = now;
            changed.follow_base(&self.exchange_rates, &change, &mut underivable);
        }
        let price = &self.prices[index];
        check.finish(self, underivable, |broken| {
            change.field(broken, price).to_owned()
        })?;
        match patch.is_default {
            Some(true) => self.make_default(index, now),
            Some(false) if self.prices[index].is_default => {
                return Err(Error::DefaultPriceRequired);
            }
            Some(false) | None => {}
        }
        Ok(&self.prices[index])
    }

    /// Deletes a price and its regional values. If it was the default, the oldest remaining price
    /// becomes the default.
    ///
    /// # Errors
    /// `PriceNotFound`.
    pub fn delete_price(&mut self, price: Option<&PriceId>, now: Timestamp) -> Result<PriceId> {
        let index = self.price_index(price)?;
        let deleted = self.prices.remove(index);
        if deleted.is_default && !self.prices.is_empty() {
            self.make_default(0, now);
        }
        Ok(deleted.id)
    }

    /// Makes a price the default.
    ///
    /// # Errors
    /// `PriceNotFound`.
    pub fn set_default_price(
        &mut self,
        price: Option<&PriceId>,
        now: Timestamp,
    ) -> Result<PriceId> {
        let index = self.price_index(price)?;
        self.make_default(index, now);
        Ok(self.prices[index].id.clone())
    }

    fn make_default(&mut self, index: usize, now: Timestamp) {
        for (other, price) in self.prices.iter_mut().enumerate() {
            let is_default = other == index;
            if price.is_default != is_default {
                price.is_default = is_default;
                price.updated_at = now;
            }
        }
    }
}
