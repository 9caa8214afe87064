//! Saving the contents of a plan by what changed in them.

use super::owner::Owner;
use super::rows::ContentRows;
use crate::domain::Result;
use crate::domain::plan::Plan;
use crate::store::query::InScope;
use crate::store::tables::diff::RowChanges;
use crate::store::tables::plan::entity as table;

/// The changes of rows that lead from the contents of a plan to others.
pub(in crate::store) struct ContentChanges {
    overages: RowChanges<table::regional_overage::Model>,
    regional_prices: RowChanges<table::regional_price::Model>,
    features: RowChanges<table::plan_feature::Model>,
    prices: RowChanges<table::plan_price::Model>,
    rates: RowChanges<table::plan_exchange_rate::Model>,
}

impl ContentChanges {
    /// Compares a plan before and after.
    pub fn of(tx: &impl InScope, before: &Plan, after: &Plan) -> Self {
        let (before, after) = changed_rows(tx, before, after);
        Self {
            overages: RowChanges::between(before.overages, after.overages),
            regional_prices: RowChanges::between(before.regional_prices, after.regional_prices),
            features: RowChanges::between(before.features, after.features),
            prices: RowChanges::between(before.prices, after.prices),
            rates: RowChanges::between(before.rates, after.rates),
        }
    }

    /// Makes the changes.
    pub async fn save(mut self, tx: &impl InScope) -> Result<()> {
        // A row is deleted before the row that it refers to, and written after it.
        self.overages.delete(tx).await?;
        self.regional_prices.delete(tx).await?;
        self.features.delete(tx).await?;
        self.prices.delete(tx).await?;
        self.rates.delete(tx).await?;
        self.rates.write(tx).await?;
        self.prices.write(tx).await?;
        self.features.write(tx).await?;
        self.regional_prices.write(tx).await?;
        self.overages.write(tx).await
    }
}

/// The rows, before and after, of the parts that differ: most writes change one part of many.
fn changed_rows(tx: &impl InScope, before: &Plan, after: &Plan) -> (ContentRows, ContentRows) {
    let owner = Owner {
        scope_id: tx.scope().id.as_str(),
        plan_id: before.id.as_str(),
    };
    let rows = |plan: &Plan, other: &Plan| {
        let features = unlike(&plan.features, &other.features);
        let prices = unlike(&plan.prices, &other.prices);
        let rates = unlike(&plan.exchange_rates, &other.exchange_rates);
        ContentRows::of(owner, &features, &prices, &rates)
    };
    (rows(before, after), rows(after, before))
}

/// The items that are not among the others. Equal ones mostly have the same index.
fn unlike<'a, T: PartialEq>(items: &'a [T], others: &[T]) -> Vec<&'a T> {
    let indexed = items.iter().enumerate();
    indexed
        .filter(|(index, item)| others.get(*index) != Some(item) && !others.contains(item))
        .map(|(_, item)| item)
        .collect()
}
