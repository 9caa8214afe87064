//! Prices of plans.

use super::clock::unique;
use super::plan::change;
use super::write::{Changed, Command};
use crate::domain::Result;
use crate::domain::change::price_path;
use crate::domain::id::{PlanId, PriceId};
use crate::domain::plan::PlanRef;
use crate::domain::plan_price::{BillingInterval, PlanPrice, PricePatch, PriceTerms};
use crate::domain::timestamp::Timestamp;
use crate::store::transaction::Transaction;

/// A price of a plan, and the plan.
#[derive(Debug)]
pub struct PriceOfPlan {
    /// The plan.
    pub plan_id: PlanId,
    /// The price.
    pub price: PlanPrice,
}

/// Adds a price to a plan.
#[derive(Debug, Clone)]
pub struct AddPlanPrice {
    /// The plan; `None` for a text that can name none.
    pub plan: Option<PlanRef>,
    /// How often it is charged.
    pub billing_interval: BillingInterval,
    /// Its amounts and conditions.
    pub terms: PriceTerms,
    /// Whether it takes the default from the price that has it.
    pub is_default: bool,
}

impl Command for AddPlanPrice {
    type Outcome = PriceOfPlan;

    async fn execute(self, tx: &Transaction, now: Timestamp) -> Result<Changed<PriceOfPlan>> {
        let id = PriceId::from_uuid(unique());
        let changed = change(tx, self.plan.as_ref(), |plan| {
            plan.add_price(self.billing_interval, self.terms, self.is_default, id, now)
                .cloned()
        });
        let changed = changed.await?.asked_for(|(_, price)| price_path(price));
        Ok(changed.map(|(plan, price)| PriceOfPlan {
            plan_id: plan.id,
            price,
        }))
    }
}

/// Changes a price.
#[derive(Debug, Clone)]
pub struct UpdatePlanPrice {
    /// The plan; `None` for a text that can name none.
    pub plan: Option<PlanRef>,
    /// The price; `None` for a text that can be no id.
    pub price: Option<PriceId>,
    /// The change.
    pub patch: PricePatch,
}

impl Command for UpdatePlanPrice {
    type Outcome = PriceOfPlan;

    async fn execute(self, tx: &Transaction, now: Timestamp) -> Result<Changed<PriceOfPlan>> {
        let changed = change(tx, self.plan.as_ref(), |plan| {
            plan.update_price(self.price.as_ref(), &self.patch, now)
                .cloned()
        });
        let changed = changed.await?.asked_for(|(_, price)| price_path(price));
        Ok(changed.map(|(plan, price)| PriceOfPlan {
            plan_id: plan.id,
            price,
        }))
    }
}

/// Deletes a price.
#[derive(Debug, Clone)]
pub struct DeletePlanPrice {
    /// The plan; `None` for a text that can name none.
    pub plan: Option<PlanRef>,
    /// The price; `None` for a text that can be no id.
    pub price: Option<PriceId>,
}

impl Command for DeletePlanPrice {
    type Outcome = PriceId;

    async fn execute(self, tx: &Transaction, now: Timestamp) -> Result<Changed<PriceId>> {
        let deleted = change(tx, self.plan.as_ref(), |plan| {
            let path = plan.price_path(self.price.as_ref());
            let id = plan.delete_price(self.price.as_ref(), now)?;
            Ok((id, path))
        });
        let deleted = deleted.await?.asked_for(|(_, (_, path))| path.clone());
        Ok(deleted.map(|(_, (id, _))| id))
    }
}

/// Makes a price the default of its plan.
#[derive(Debug, Clone)]
pub struct SetDefaultPlanPrice {
    /// The plan; `None` for a text that can name none.
    pub plan: Option<PlanRef>,
    /// The price; `None` for a text that can be no id.
    pub price: Option<PriceId>,
}

impl Command for SetDefaultPlanPrice {
    type Outcome = PriceId;

    async fn execute(self, tx: &Transaction, now: Timestamp) -> Result<Changed<PriceId>> {
        let set = change(tx, self.plan.as_ref(), |plan| {
            let id = plan.set_default_price(self.price.as_ref(), now)?;
            Ok((id, plan.price_path(self.price.as_ref())))
        });
        let set = set.await?.asked_for(|(_, (_, path))| path.clone());
        Ok(set.map(|(_, (id, _))| id))
    }
}
