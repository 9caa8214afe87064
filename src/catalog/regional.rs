//! Regional pricing.

use super::plan::change;
use super::plan_price::PriceOfPlan;
use super::write::{Changed, Command};
use crate::domain::Result;
use crate::domain::id::{PlanId, PriceId};
use crate::domain::money::Currency;
use crate::domain::plan::{PlanExchangeRate, PlanRef};
use crate::domain::regional::{Configured, RegionalOverride, RegionalPricing, Resync};
use crate::domain::timestamp::Timestamp;
use crate::store::transaction::Transaction;

/// Writes manual values of one price.
#[derive(Debug, Clone)]
pub struct UpsertRegionalPrices {
    /// The plan; `None` for a text that can name none.
    pub plan: Option<PlanRef>,
    /// The price; `None` for a text that can be no id.
    pub price: Option<PriceId>,
    /// The values.
    pub overrides: Vec<RegionalOverride>,
}

impl Command for UpsertRegionalPrices {
    type Outcome = PriceOfPlan;

    async fn execute(self, tx: &Transaction, _now: Timestamp) -> Result<Changed<PriceOfPlan>> {
        let changed = change(tx, self.plan.as_ref(), |plan| {
            plan.upsert_regional_prices(self.price.as_ref(), &self.overrides)
                .cloned()
        });
        Ok(changed.await?.map(|(plan, price)| PriceOfPlan {
            plan_id: plan.id,
            price,
        }))
    }
}

/// Deletes every regional value of a price.
#[derive(Debug, Clone)]
pub struct DeleteRegionalPrices {
    /// The plan; `None` for a text that can name none.
    pub plan: Option<PlanRef>,
    /// The price; `None` for a text that can be no id.
    pub price: Option<PriceId>,
}

impl Command for DeleteRegionalPrices {
    type Outcome = ();

    async fn execute(self, tx: &Transaction, _now: Timestamp) -> Result<Changed<()>> {
        let deleted = change(tx, self.plan.as_ref(), |plan| {
            plan.delete_regional_prices(self.price.as_ref())
        });
        Ok(deleted.await?.map(|(_, ())| ()))
    }
}

/// Sets the pricing of a plan in one currency.
#[derive(Debug, Clone)]
pub struct SetPlanRegionalPricing {
    /// The plan; `None` for a text that can name none.
    pub plan: Option<PlanRef>,
    /// The rate and the manual values.
    pub pricing: RegionalPricing,
}

/// The pricing of a plan in one currency.
#[derive(Debug)]
pub struct PricedPlan {
    /// The plan.
    pub plan_id: PlanId,
    /// The currency.
    pub currency: Currency,
    /// Its rate, as the JSON number that the client sent.
    pub exchange_rate: String,
    /// How much of the plan has a value in the currency.
    pub configured: Configured,
}

impl Command for SetPlanRegionalPricing {
    type Outcome = PricedPlan;

    async fn execute(self, tx: &Transaction, _now: Timestamp) -> Result<Changed<PricedPlan>> {
        let pricing = self.pricing;
        let changed = change(tx, self.plan.as_ref(), |plan| {
            plan.set_regional_pricing(&pricing)
        });
        Ok(changed.await?.map(|(plan, configured)| PricedPlan {
            plan_id: plan.id,
            currency: pricing.currency,
            exchange_rate: pricing.exchange_rate,
            configured,
        }))
    }
}

/// Withdraws a currency from a plan.
#[derive(Debug, Clone)]
pub struct DeletePlanRegionalPricing {
    /// The plan; `None` for a text that can name none.
    pub plan: Option<PlanRef>,
    /// The currency; `None` for a text that names none.
    pub currency: Option<Currency>,
}

/// A currency that was withdrawn from a plan.
#[derive(Debug)]
pub struct WithdrawnCurrency {
    /// The plan.
    pub plan_id: PlanId,
    /// The currency.
    pub currency: Currency,
}

impl Command for DeletePlanRegionalPricing {
    type Outcome = WithdrawnCurrency;

    async fn execute(
        self,
        tx: &Transaction,
        _now: Timestamp,
    ) -> Result<Changed<WithdrawnCurrency>> {
        let changed = change(tx, self.plan.as_ref(), |plan| {
            plan.delete_regional_pricing(self.currency)
        });
        Ok(changed.await?.map(|(plan, currency)| WithdrawnCurrency {
            plan_id: plan.id,
            currency,
        }))
    }
}

/// Replaces manual values of a plan in one currency by derived ones.
#[derive(Debug, Clone)]
pub struct ResyncPlanRegionalPricing {
    /// The plan; `None` for a text that can name none.
    pub plan: Option<PlanRef>,
    /// The currency; `None` for a text that names none.
    pub currency: Option<Currency>,
    /// The manual values to replace.
    pub resync: Resync,
}

impl Command for ResyncPlanRegionalPricing {
    type Outcome = PricedPlan;

    async fn execute(self, tx: &Transaction, _now: Timestamp) -> Result<Changed<PricedPlan>> {
        let changed = change(tx, self.plan.as_ref(), |plan| {
            plan.resync_regional_pricing(self.currency, &self.resync)
        });
        Ok(changed.await?.map(|(plan, (rate, configured))| {
            let PlanExchangeRate {
                currency,
                exchange_rate,
            } = rate;
            PricedPlan {
                plan_id: plan.id,
                currency,
                exchange_rate: exchange_rate.as_str().to_owned(),
                configured,
            }
        }))
    }
}
