//! Taking back what a change did to a price.

use super::merge::merge;
use crate::domain::plan_price::{IntroOffer, PlanPrice, PriceTerms};
use crate::domain::regional::{RegionalOffer, RegionalPrice};
use crate::domain::timestamp::Timestamp;

/// Takes back the terms and the manual values that a change wrote.
pub(super) fn take_back_price(
    now: &mut PlanPrice,
    before: &PlanPrice,
    after: &PlanPrice,
    time: Timestamp,
) {
    let mut written = take_back_terms(&mut now.terms, &before.terms, &after.terms);
    written |= merge(&mut now.is_default, &before.is_default, &after.is_default);
    if written {
        now.updated_at = time;
    }
    let currencies = before.regional.keys().chain(after.regional.keys());
    for currency in currencies {
        match (before.regional.get(currency), after.regional.get(currency)) {
            (Some(old), Some(new)) => {
                if let Some(value) = now.regional.get_mut(currency) {
                    take_back_regional(value, old, new);
                }
            }
            (Some(old), None) => {
                now.regional.entry(*currency).or_insert(*old);
            }
            (None, Some(_)) => {
                now.regional.remove(currency);
            }
            (None, None) => {}
        }
    }
}

fn take_back_terms(now: &mut PriceTerms, before: &PriceTerms, after: &PriceTerms) -> bool {
    let PriceTerms {
        price,
        trial_days,
        included_balance,
        included_credits,
        intro_offer,
    } = now;
    let mut written = merge(price, &before.price, &after.price);
    written |= merge(trial_days, &before.trial_days, &after.trial_days);
    written |= merge(
        included_balance,
        &before.included_balance,
        &after.included_balance,
    );
    written |= merge(
        included_credits,
        &before.included_credits,
        &after.included_credits,
    );
    written
        | match (intro_offer, &before.intro_offer, &after.intro_offer) {
            (Some(now), Some(before), Some(after)) => take_back_offer(now, before, after),
            (now, before, after) => merge(now, before, after),
        }
}

fn take_back_offer(now: &mut IntroOffer, before: &IntroOffer, after: &IntroOffer) -> bool {
    let IntroOffer {
        enabled,
        discount_type,
        discount_value,
        duration_cycles,
    } = now;
    let mut written = merge(enabled, &before.enabled, &after.enabled);
    written |= merge(discount_type, &before.discount_type, &after.discount_type);
    written |= merge(
        discount_value,
        &before.discount_value,
        &after.discount_value,
    );
    written
        | merge(
            duration_cycles,
            &before.duration_cycles,
            &after.duration_cycles,
        )
}

/// Takes back what was set by hand. A value that was derived before becomes derived again.
fn take_back_regional(now: &mut RegionalPrice, before: &RegionalPrice, after: &RegionalPrice) {
    let manual = |value: &RegionalPrice| (!value.auto_synced).then_some(value.price);
    if manual(before) != manual(after) {
        now.price = before.price;
        now.auto_synced = before.auto_synced;
    }
    let manual =
        |value: &RegionalPrice| (!value.balance_auto_synced).then_some(value.included_balance);
    if manual(before) != manual(after) {
        now.included_balance = before.included_balance;
        now.balance_auto_synced = before.balance_auto_synced;
    }
    let underived = |offer: RegionalOffer| match offer {
        RegionalOffer::Derived(_) => RegionalOffer::Derived(None),
        other => other,
    };
    if underived(before.intro_offer) != underived(after.intro_offer) {
        now.intro_offer = before.intro_offer;
    }
}
