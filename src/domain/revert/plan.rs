//! Taking back what a change did to a plan.

use super::States;
use super::merge::{PartChange, changed_parts, merge};
use super::plan_feature::take_back_feature_of_plan;
use super::plan_price::take_back_price;
use super::settle::settle;
use crate::domain::error::{Error, Result, Taken, Violations};
use crate::domain::feature::Feature;
use crate::domain::id::PriceId;
use crate::domain::plan::Plan;
use crate::domain::plan_check::PlanCheck;
use crate::domain::plan_feature::PlanFeature;
use crate::domain::plan_price::PlanPrice;
use crate::domain::timestamp::Timestamp;

/// A plan around a change, and the features that its parts may need.
#[derive(Debug)]
pub struct PlanStates<'a> {
    /// The plan before and after the change.
    pub states: States<'a, Plan>,
    /// The features of the plan before the change, as they are now.
    pub features: &'a [Feature],
}

/// A plan without what a change did to it. Derived values follow the rates that it leaves.
///
/// # Errors
/// `Duplicate` if the plan has another price for an interval by now; `FeatureNotFound` if a feature is
/// gone; validation if the plan would break a rule.
pub fn take_back_plan(now: &Plan, plan: PlanStates<'_>, time: Timestamp) -> Result<Plan> {
    let PlanStates {
        states: States { before, after },
        features,
    } = plan;
    let check = PlanCheck::before(now);
    let mut result = now.clone();
    if take_back_properties(&mut result, before, after) {
        result.updated_at = time;
    }
    for change in changed_parts(&before.features, &after.features, |item| {
        item.feature.id.clone()
    }) {
        take_back_feature(&mut result, &change, features)?;
    }
    let mut defaults = Vec::new();
    for change in changed_parts(&before.prices, &after.prices, |price| price.id.clone()) {
        take_back_price_change(&mut result, &change, time)?;
        if let PartChange::Deleted(before) | PartChange::Changed(before, _) = change
            && before.is_default
        {
            defaults.push(before.id.clone());
        }
    }
    take_back_rates(&mut result, before, after);
    result.features.sort_by_key(|item| item.position);
    result.prices.sort_by_key(|price| price.position);
    keep_one_default(&mut result, defaults.first());
    let mut violations = Violations::default();
    settle(&mut result, before, after, &mut violations);
    check.after(&result, &mut violations, |_| "revision".to_owned());
    violations.into_result()?;
    Ok(result)
}

/// Takes back the properties of the plan itself; answers whether any was written.
fn take_back_properties(now: &mut Plan, before: &Plan, after: &Plan) -> bool {
    let mut written = merge(&mut now.name, &before.name, &after.name);
    written |= merge(
        &mut now.description,
        &before.description,
        &after.description,
    );
    written |= merge(&mut now.is_public, &before.is_public, &after.is_public);
    written |= merge(
        &mut now.block_on_exhaustion,
        &before.block_on_exhaustion,
        &after.block_on_exhaustion,
    );
    written |= merge(&mut now.is_default, &before.is_default, &after.is_default);
    written |= merge(&mut now.sort_order, &before.sort_order, &after.sort_order);
    written |= merge(
        &mut now.plan_group_id,
        &before.plan_group_id,
        &after.plan_group_id,
    );
    written | merge(&mut now.metadata, &before.metadata, &after.metadata)
}

fn take_back_feature(
    now: &mut Plan,
    change: &PartChange<'_, PlanFeature>,
    features: &[Feature],
) -> Result<()> {
    match change {
        PartChange::Made(made) => now
            .features
            .retain(|item| item.feature.id != made.feature.id),
        PartChange::Deleted(deleted) => {
            let mut is = now.features.iter();
            if is.any(|item| item.feature.id == deleted.feature.id) {
                return Ok(());
            }
            let mut current = features.iter();
            let current = current.find(|feature| feature.id == deleted.feature.id);
            let feature = current.ok_or(Error::FeatureNotFound)?.clone();
            now.features.push(PlanFeature {
                feature,
                ..(*deleted).clone()
            });
        }
        PartChange::Changed(before, after) => {
            let mut items = now.features.iter_mut();
            if let Some(item) = items.find(|item| item.feature.id == before.feature.id) {
                take_back_feature_of_plan(item, before, after);
            }
        }
    }
    Ok(())
}

fn take_back_price_change(
    now: &mut Plan,
    change: &PartChange<'_, PlanPrice>,
    time: Timestamp,
) -> Result<()> {
    match change {
        PartChange::Made(made) => now.prices.retain(|price| price.id != made.id),
        PartChange::Deleted(deleted) => {
            let interval = deleted.billing_interval;
            if now.prices.iter().any(|price| price.id == deleted.id) {
                return Ok(());
            }
            if now
                .prices
                .iter()
                .any(|price| price.billing_interval == interval)
            {
                let message = format!("The plan has another {interval} price by now.");
                return Err(Error::Duplicate(Taken::new("revision", message)));
            }
            now.prices.push((*deleted).clone());
        }
        PartChange::Changed(before, after) => {
            let mut prices = now.prices.iter_mut();
            if let Some(price) = prices.find(|price| price.id == before.id) {
                take_back_price(price, before, after, time);
            }
        }
    }
    Ok(())
}

fn take_back_rates(now: &mut Plan, before: &Plan, after: &Plan) {
    let (before, after) = (&before.exchange_rates, &after.exchange_rates);
    for change in changed_parts(before, after, |rate| rate.currency) {
        let (PartChange::Made(rate) | PartChange::Deleted(rate) | PartChange::Changed(rate, _)) =
            &change;
        let currency = rate.currency;
        now.exchange_rates.retain(|rate| rate.currency != currency);
        if !matches!(change, PartChange::Made(_)) {
            now.exchange_rates.push((*rate).clone());
        }
    }
    now.exchange_rates.sort_by_key(|rate| rate.currency);
}

/// Sees to it that a plan with prices has one default: the price that was it before the change, if
/// there are several, and the oldest if there is none.
fn keep_one_default(plan: &mut Plan, preferred: Option<&PriceId>) {
    let mut defaults = plan.prices.iter().filter(|price| price.is_default);
    let chosen = match (defaults.next(), defaults.next()) {
        (Some(_), None) => return,
        (Some(first), Some(_)) => preferred.unwrap_or(&first.id).clone(),
        (None, _) => match plan.prices.first() {
            Some(oldest) => oldest.id.clone(),
            None => return,
        },
    };
    for price in &mut plan.prices {
        price.is_default = price.id == chosen;
    }
}
