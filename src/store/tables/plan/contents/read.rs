//! Reading the contents of plans.

use std::collections::HashMap;

use sea_orm::{ColumnTrait, QueryFilter, QueryOrder, sea_query::Query};

use super::range::PlanRange;
use super::rows::Rows;
use super::{exchange_rate, feature, overage, price, regional_price};
use crate::domain::plan::PlanExchangeRate;
use crate::domain::plan_feature::PlanFeature;
use crate::domain::plan_price::PlanPrice;
use crate::domain::{Error, Result};
use crate::store::query::{InScope, within};
use crate::store::tables::feature as definition;
use crate::store::tables::feature::entity as definition_row;
use crate::store::tables::plan::entity as table;

/// The contents of one plan.
#[derive(Debug, Default)]
pub(in crate::store) struct Contents {
    pub features: Vec<PlanFeature>,
    pub prices: Vec<PlanPrice>,
    pub exchange_rates: Vec<PlanExchangeRate>,
}

/// By plan id.
type ByPlan = HashMap<String, Contents>;

/// Reads the contents of plans, in the order in which they were added.
pub(in crate::store) async fn read(tx: &impl InScope, range: &PlanRange) -> Result<ByPlan> {
    let connection = tx.connection();
    let features = range
        .select::<table::plan_feature::Entity>(tx, table::plan_feature::Column::PlanId)
        .order_by_asc(table::plan_feature::Column::Position)
        .all(connection)
        .await?;
    let mut definitions = Definitions::new();
    let mut overages = Vec::new();
    if !features.is_empty() {
        definitions = read_definitions(tx, range).await?;
        overages = range
            .select::<table::regional_overage::Entity>(tx, table::regional_overage::Column::PlanId)
            .all(connection)
            .await?;
    }
    let prices = range
        .select::<table::plan_price::Entity>(tx, table::plan_price::Column::PlanId)
        .order_by_asc(table::plan_price::Column::Position)
        .all(connection)
        .await?;
    let mut regional_prices = Vec::new();
    if !prices.is_empty() {
        regional_prices = range
            .select::<table::regional_price::Entity>(tx, table::regional_price::Column::PlanId)
            .all(connection)
            .await?;
    }
    let rates = range
        .select::<table::plan_exchange_rate::Entity>(tx, table::plan_exchange_rate::Column::PlanId)
        .all(connection)
        .await?;
    let rows = Rows {
        features,
        prices,
        rates,
        regional_prices,
        overages,
    };
    contents_of(rows, &definitions)
}

/// Definitions of features by id.
type Definitions = HashMap<String, definition_row::Model>;

/// The definitions of the features that the plans have.
async fn read_definitions(tx: &impl InScope, range: &PlanRange) -> Result<Definitions> {
    let used = Query::select()
        .column(table::plan_feature::Column::FeatureId)
        .from(table::plan_feature::Entity)
        .and_where(range.holds(tx, table::plan_feature::Column::PlanId))
        .to_owned();
    let rows = within::<definition_row::Entity>(tx)
        .filter(definition_row::Column::Id.in_subquery(used))
        .all(tx.connection())
        .await?;
    Ok(rows.into_iter().map(|row| (row.id.clone(), row)).collect())
}

/// The contents that the rows hold; features and prices are in the order in which they were added.
fn contents_of(rows: Rows, definitions: &Definitions) -> Result<ByPlan> {
    let mut contents = ByPlan::default();
    let mut overages = overage::by_feature(rows.overages)?;
    for row in rows.features {
        let key = (row.plan_id.clone(), row.feature_id.clone());
        let defined = definitions.get(&row.feature_id).cloned();
        let defined =
            defined.ok_or_else(|| Error::internal("a feature of a plan has no definition"))?;
        let regional = overages.remove(&key).unwrap_or_default();
        let feature = feature::from_row(row, definition::from_row(defined)?, regional)?;
        contents.entry(key.0).or_default().features.push(feature);
    }
    let mut regional = regional_price::by_price(rows.regional_prices)?;
    for row in rows.prices {
        let plan_id = row.plan_id.clone();
        let own = regional.remove(&row.id).unwrap_or_default();
        let price = price::from_row(row, own)?;
        contents.entry(plan_id).or_default().prices.push(price);
    }
    for row in rows.rates {
        let plan_id = row.plan_id.clone();
        let rate = exchange_rate::from_row(row)?;
        let own = contents.entry(plan_id).or_default();
        own.exchange_rates.push(rate);
    }
    // Sorted here, because databases differ in how they order text.
    for own in contents.values_mut() {
        own.exchange_rates.sort_by_key(|rate| rate.currency);
    }
    Ok(contents)
}
