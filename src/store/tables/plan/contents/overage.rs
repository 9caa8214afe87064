//! Prices of overage in other currencies.

use std::collections::{BTreeMap, HashMap};

use super::owner::Owner;
use crate::domain::Result;
use crate::domain::money::{Currency, UnitPrice};
use crate::domain::plan_feature::{PlanFeature, RegionalOverage};
use crate::store::tables::diff::Keyed;
use crate::store::tables::plan::entity::regional_overage::{Column, Model};
use crate::store::tables::row::Word;

/// By the ids of the plan and of the feature.
pub(super) type Overages = HashMap<(String, String), BTreeMap<Currency, RegionalOverage>>;

/// The values that the rows hold.
pub(super) fn by_feature(rows: Vec<Model>) -> Result<Overages> {
    let mut overages = Overages::new();
    for row in rows {
        let Model {
            scope_id: _,
            plan_id,
            feature_id,
            currency,
            overage_unit_price,
            auto_synced,
        } = row;
        let value = RegionalOverage {
            unit_price: UnitPrice::from_row(overage_unit_price),
            auto_synced,
        };
        let currency = Currency::from_column(&currency)?;
        overages
            .entry((plan_id, feature_id))
            .or_default()
            .insert(currency, value);
    }
    Ok(overages)
}

/// The rows of a feature, one a currency.
pub(super) fn to_rows(owner: Owner<'_>, item: &PlanFeature) -> Vec<Model> {
    let row = |(currency, regional): (&Currency, &RegionalOverage)| {
        let RegionalOverage {
            unit_price,
            auto_synced,
        } = regional;
        Model {
            scope_id: owner.scope_id.to_owned(),
            plan_id: owner.plan_id.to_owned(),
            feature_id: item.feature.id.as_str().to_owned(),
            currency: currency.as_str().to_owned(),
            overage_unit_price: unit_price.get(),
            auto_synced: *auto_synced,
        }
    };
    item.regional.iter().map(row).collect()
}

impl Keyed for Model {
    type Key = (String, String, String);

    fn key(&self) -> Self::Key {
        let Self {
            plan_id,
            feature_id,
            currency,
            ..
        } = self;
        (plan_id.clone(), feature_id.clone(), currency.clone())
    }

    fn is_fixed(column: &Column) -> bool {
        matches!(
            column,
            Column::ScopeId | Column::PlanId | Column::FeatureId | Column::Currency
        )
    }
}
