//! Features in plans.

use std::collections::BTreeMap;

use super::owner::Owner;
use crate::domain::Result;
use crate::domain::feature::Feature;
use crate::domain::money::{BasisPoints, Count, Currency, UnitPrice};
use crate::domain::plan_feature::{
    Overage, PlanFeature, PlanFeatureSettings, PricingMode, RegionalOverage,
};
use crate::store::tables::diff::Keyed;
use crate::store::tables::plan::entity::plan_feature::{Column, Model};
use crate::store::tables::row::Word;

/// A feature in a plan, with its definition and its prices of overage in other currencies.
pub(super) fn from_row(
    row: Model,
    feature: Feature,
    regional: BTreeMap<Currency, RegionalOverage>,
) -> Result<PlanFeature> {
    let Model {
        scope_id: _,
        plan_id: _,
        feature_id: _,
        enabled,
        included_amount,
        unlimited,
        overage_enabled,
        overage_unit_price,
        credits_per_unit,
        pricing_mode,
        margin,
        position,
    } = row;
    Ok(PlanFeature {
        feature,
        settings: PlanFeatureSettings {
            enabled,
            included_amount: Count::from_row(included_amount),
            unlimited,
            overage: Overage {
                enabled: overage_enabled,
                unit_price: UnitPrice::from_row(overage_unit_price),
            },
            credits_per_unit: credits_per_unit.map(Count::from_row),
            pricing_mode: PricingMode::from_column(&pricing_mode)?,
            margin: margin.map(BasisPoints::from_row),
        },
        position,
        regional,
    })
}

pub(super) fn to_row(owner: Owner<'_>, item: &PlanFeature) -> Model {
    let PlanFeature {
        feature,
        settings,
        position,
        regional: _,
    } = item;
    let PlanFeatureSettings {
        enabled,
        included_amount,
        unlimited,
        overage,
        credits_per_unit,
        pricing_mode,
        margin,
    } = settings;
    Model {
        scope_id: owner.scope_id.to_owned(),
        plan_id: owner.plan_id.to_owned(),
        feature_id: feature.id.as_str().to_owned(),
        enabled: *enabled,
        included_amount: included_amount.get(),
        unlimited: *unlimited,
        overage_enabled: overage.enabled,
        overage_unit_price: overage.unit_price.get(),
        credits_per_unit: credits_per_unit.map(Count::get),
        pricing_mode: pricing_mode.as_str().to_owned(),
        margin: margin.map(BasisPoints::get),
        position: *position,
    }
}

impl Keyed for Model {
    type Key = (String, String);

    fn key(&self) -> Self::Key {
        (self.plan_id.clone(), self.feature_id.clone())
    }

    fn is_fixed(column: &Column) -> bool {
        matches!(column, Column::ScopeId | Column::PlanId | Column::FeatureId)
    }
}
