//! Rows that a batch overwrites, until it writes them.
//!
//! Only what cannot fail is put off: rows that are there are overwritten without a change in what
//! has to be unique or what refers to others. So it matters neither in which order that is done nor
//! how often.

use std::collections::HashMap;

use sea_orm::{ActiveModelTrait, DatabaseTransaction, EntityTrait, IntoActiveModel};

use super::diff::{self, Keyed};
use super::entity::{
    idempotency_record, plan, plan_exchange_rate, plan_feature, plan_price, regional_overage,
    regional_price,
};
use crate::domain::Result;

/// Most rows of one statement. Each number of rows is a statement of its own to the database, so the
/// rows go in powers of two: these few statements stay prepared.
const ROWS_AT_ONCE: usize = 64;

/// Rows of a table by what stays the same when they change; of each the last one counts.
#[derive(Debug)]
pub(super) struct Overwritten<M: Keyed>(HashMap<M::Key, M>);

impl<M: Keyed> Default for Overwritten<M> {
    fn default() -> Self {
        Self(HashMap::new())
    }
}

impl<M: Keyed> Overwritten<M> {
    pub fn add(&mut self, rows: impl IntoIterator<Item = M>) {
        self.0.extend(rows.into_iter().map(|row| (row.key(), row)));
    }

    pub fn get(&self, key: &M::Key) -> Option<&M> {
        self.0.get(key)
    }
}

impl<M, A> Overwritten<M>
where
    M: Keyed + IntoActiveModel<A>,
    M::Entity: EntityTrait<Model = M, ActiveModel = A>,
    A: ActiveModelTrait<Entity = M::Entity> + Send,
{
    async fn write(self, connection: &DatabaseTransaction) -> Result<()> {
        let mut rows: Vec<M> = self.0.into_values().collect();
        while let Some(power) = rows.len().checked_ilog2() {
            let some = rows.split_off(rows.len() - (1 << power).min(ROWS_AT_ONCE));
            diff::overwrite(connection, some, |column| {
                M::is_fixed(column) || M::says_last(column)
            })
            .await?;
        }
        Ok(())
    }
}

/// What is put off, by table.
#[derive(Debug, Default)]
pub(super) struct Deferred {
    pub plans: Overwritten<plan::Model>,
    pub rates: Overwritten<plan_exchange_rate::Model>,
    pub prices: Overwritten<plan_price::Model>,
    pub features: Overwritten<plan_feature::Model>,
    pub regional_prices: Overwritten<regional_price::Model>,
    pub overages: Overwritten<regional_overage::Model>,
    pub idempotency_records: Overwritten<idempotency_record::Model>,
}

impl Deferred {
    /// Adds what another write puts off, later than this.
    pub fn take_over(&mut self, later: Self) {
        let Self {
            plans,
            rates,
            prices,
            features,
            regional_prices,
            overages,
            idempotency_records,
        } = later;
        self.plans.0.extend(plans.0);
        self.rates.0.extend(rates.0);
        self.prices.0.extend(prices.0);
        self.features.0.extend(features.0);
        self.regional_prices.0.extend(regional_prices.0);
        self.overages.0.extend(overages.0);
        self.idempotency_records.0.extend(idempotency_records.0);
    }

    /// Writes everything.
    pub async fn write(self, connection: &DatabaseTransaction) -> Result<()> {
        let Self {
            plans,
            rates,
            prices,
            features,
            regional_prices,
            overages,
            idempotency_records,
        } = self;
        plans.write(connection).await?;
        rates.write(connection).await?;
        prices.write(connection).await?;
        features.write(connection).await?;
        regional_prices.write(connection).await?;
        overages.write(connection).await?;
        idempotency_records.write(connection).await
    }
}
