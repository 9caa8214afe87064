//! Taking back what a change did to a feature in a plan.

use super::merge::merge;
use crate::domain::plan_feature::{Overage, PlanFeature, PlanFeatureSettings};

/// Takes back the settings and the manual prices that a change wrote.
pub(super) fn take_back_feature_of_plan(
    now: &mut PlanFeature,
    before: &PlanFeature,
    after: &PlanFeature,
) {
    take_back_settings(&mut now.settings, &before.settings, &after.settings);
    let currencies = before.regional.keys().chain(after.regional.keys());
    for currency in currencies {
        let (old, new) = (before.regional.get(currency), after.regional.get(currency));
        let is_derived = |value: Option<&_>| {
            let value: Option<&crate::domain::plan_feature::RegionalOverage> = value;
            value.is_none_or(|value| value.auto_synced)
        };
        if old == new || is_derived(old) && is_derived(new) {
            // What is derived is derived again.
            continue;
        }
        match old {
            Some(value) => {
                now.regional.insert(*currency, *value);
            }
            None => {
                now.regional.remove(currency);
            }
        }
    }
}

fn take_back_settings(
    now: &mut PlanFeatureSettings,
    before: &PlanFeatureSettings,
    after: &PlanFeatureSettings,
) {
    let PlanFeatureSettings {
        enabled,
        included_amount,
        unlimited,
        overage: Overage {
            enabled: overage_enabled,
            unit_price,
        },
        credits_per_unit,
        pricing_mode,
        margin,
    } = now;
    merge(enabled, &before.enabled, &after.enabled);
    merge(
        included_amount,
        &before.included_amount,
        &after.included_amount,
    );
    merge(unlimited, &before.unlimited, &after.unlimited);
    merge(
        overage_enabled,
        &before.overage.enabled,
        &after.overage.enabled,
    );
    merge(
        unit_price,
        &before.overage.unit_price,
        &after.overage.unit_price,
    );
    merge(
        credits_per_unit,
        &before.credits_per_unit,
        &after.credits_per_unit,
    );
    merge(pricing_mode, &before.pricing_mode, &after.pricing_mode);
    merge(margin, &before.margin, &after.margin);
}
