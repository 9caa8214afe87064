//! Reading the contents of plans.

use std::collections::HashMap;

use sea_orm::sea_query::{Expr, ExprTrait, IntoCondition};
use sea_orm::{EntityTrait, JoinType, QueryOrder, QuerySelect};

use super::range::PlanRange;
use super::rows::ContentRows;
use super::{exchange_rate, feature, overage, price, regional_price};
use crate::domain::plan::PlanExchangeRate;
use crate::domain::plan_feature::PlanFeature;
use crate::domain::plan_price::PlanPrice;
use crate::domain::{Error, Result};
use crate::store::query::InScope;
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
    let features = read_features(tx, range).await?;
    let mut overages = Vec::new();
    if !features.is_empty() {
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
    contents_of(Found {
        features,
        prices,
        rates,
        regional_prices,
        overages,
    })
}

/// A feature of a plan with its definition.
type FeatureRow = (table::plan_feature::Model, Option<definition_row::Model>);

/// The contents of one plan, from rows that do not say which plan they belong to.
pub(in crate::store) fn of_one(
    rows: ContentRows,
    definitions: &HashMap<String, definition_row::Model>,
) -> Result<Contents> {
    let ContentRows {
        features,
        prices,
        rates,
        regional_prices,
        overages,
    } = rows;
    let defined = |row: table::plan_feature::Model| {
        let definition = definitions.get(&row.feature_id).cloned();
        (row, definition)
    };
    let found = Found {
        features: features.into_iter().map(defined).collect(),
        prices,
        rates,
        regional_prices,
        overages,
    };
    let mut contents = contents_of(found)?;
    Ok(contents
        .drain()
        .next()
        .map(|(_, own)| own)
        .unwrap_or_default())
}

/// The rows that were found.
struct Found {
    features: Vec<FeatureRow>,
    prices: Vec<table::plan_price::Model>,
    rates: Vec<table::plan_exchange_rate::Model>,
    regional_prices: Vec<table::regional_price::Model>,
    overages: Vec<table::regional_overage::Model>,
}

/// The features of the plans, each with its definition, in one statement: each further one is a round
/// trip to PostgreSQL, or two switches between threads on SQLite.
async fn read_features(tx: &impl InScope, range: &PlanRange) -> Result<Vec<FeatureRow>> {
    use table::plan_feature::{Column, Entity};
    let definition = Entity::belongs_to(definition_row::Entity)
        .from(Column::FeatureId)
        .to(definition_row::Column::Id)
        .on_condition(|own, definition| {
            Expr::col((own, Column::ScopeId))
                .equals((definition, definition_row::Column::ScopeId))
                .into_condition()
        })
        .into();
    let features = range
        .select::<Entity>(tx, Column::PlanId)
        .join(JoinType::LeftJoin, definition)
        .order_by_asc(Column::Position)
        .select_also(definition_row::Entity)
        .all(tx.connection())
        .await?;
    Ok(features)
}

/// The contents that were found; features and prices are in the order in which they were added.
fn contents_of(found: Found) -> Result<ByPlan> {
    let mut contents = ByPlan::default();
    let mut overages = overage::by_feature(found.overages)?;
    for (row, defined) in found.features {
        let key = (row.plan_id.clone(), row.feature_id.clone());
        let defined =
            defined.ok_or_else(|| Error::internal("a feature of a plan has no definition"))?;
        let regional = overages.remove(&key).unwrap_or_default();
        let feature = feature::from_row(row, definition::from_row(defined)?, regional)?;
        contents.entry(key.0).or_default().features.push(feature);
    }
    let mut regional = regional_price::by_price(found.regional_prices)?;
    for row in found.prices {
        let plan_id = row.plan_id.clone();
        let own = regional.remove(&row.id).unwrap_or_default();
        let price = price::from_row(row, own)?;
        contents.entry(plan_id).or_default().prices.push(price);
    }
    for row in found.rates {
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
