//! Properties of regional values after any sequence of changes of a plan.

mod derived;
mod explained;
mod manual;
mod step;
mod world;

use std::collections::BTreeSet;

use proptest::prelude::*;

use self::derived::{check_derived, rederived, set_rates_again};
use self::explained::check_explained;
use self::manual::Manual;
use self::step::{Step, any_steps, currencies, derived_steps, manual_values, rates};
use self::world::World;
use super::RegionalOffer;
use crate::domain::plan::Plan;
use crate::domain::plan_check;

/// Plans after any steps.
pub(in crate::domain) fn plans() -> impl Strategy<Value = Plan> {
    any_steps().prop_map(|steps| World::after(&steps).plan)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn derived_follow_and_manual_stay(steps in any_steps()) {
        let mut world = World::new();
        for step in steps {
            world.take(&step);
            check_derived(&world.plan)?;
            let broken_rules = plan_check::broken_rules(&world.plan);
            prop_assert!(broken_rules.is_empty(), "{:?}", broken_rules);
            prop_assert_eq!(Manual::of(&world.plan), world.manual.clone());
        }
    }

    #[test]
    fn explanations_are_exact(steps in any_steps()) {
        check_explained(&World::after(&steps).plan)?;
    }

    #[test]
    fn pricing_twice_changes_nothing(
        steps in any_steps(), currency in currencies(), rate in rates(), manual in manual_values(),
    ) {
        let mut once = World::after(&steps);
        prop_assume!(once.set_rate(currency, &rate, &manual).is_ok());
        let mut twice = once.clone();
        twice.set_rate(currency, &rate, &manual).unwrap();
        prop_assert_eq!(twice.plan, once.plan);
    }

    #[test]
    fn setting_rates_again_rederives_all(steps in derived_steps()) {
        let mut plan = World::after(&steps).plan;
        // A base may have changed to one that cannot be derived while its values were deleted.
        prop_assume!(set_rates_again(&mut plan).is_ok());
        prop_assert_eq!(&rederived(&plan), &plan);
    }

    /// No upsert, change of the base or resync restores it, in any order.
    #[test]
    fn deleted_values_return_with_their_rate(
        before in any_steps(), steps in any_steps(), price in 0..5_usize,
    ) {
        let mut world = World::after(&before);
        let Some(id) = world.price_id(price) else { return Ok(()) };
        world.plan.delete_regional_prices(Some(&id)).unwrap();
        world.manual.forget_price(&id);
        for step in steps {
            if !matches!(step, Step::SetRate { .. } | Step::DeleteCurrency { .. }) {
                world.take(&step);
            }
        }
        let remaining = world.plan.prices.iter().find(|price| price.id == id);
        for (currency, regional) in remaining.iter().flat_map(|price| &price.regional) {
            let has_rate = world.plan.rate_of(*currency).is_some();
            prop_assert!(!matches!(regional.intro_offer, RegionalOffer::Derived(Some(_))));
            // An upsert made this row; its price may have been resynced since.
            prop_assert!(has_rate || !regional.auto_synced);
        }
    }

    /// Only deletions remove derived values.
    #[test]
    fn without_deletions_no_value_is_missing(steps in any_steps()) {
        let kept = |step: &Step| {
            !matches!(step, Step::DeleteRegional { .. } | Step::DeleteCurrency { .. })
        };
        let steps: Vec<_> = steps.into_iter().filter(kept).collect();
        let plan = World::after(&steps).plan;
        let mut again = plan.clone();
        set_rates_again(&mut again).unwrap();
        prop_assert_eq!(again, plan);
    }

    #[test]
    fn one_default_and_one_price_per_interval(steps in any_steps()) {
        let plan = World::after(&steps).plan;
        let defaults = plan.prices.iter().filter(|price| price.is_default).count();
        prop_assert_eq!(defaults, usize::from(!plan.prices.is_empty()));
        let intervals: BTreeSet<_> = plan.prices.iter().map(|price| price.billing_interval).collect();
        prop_assert_eq!(intervals.len(), plan.prices.len());
    }
}
