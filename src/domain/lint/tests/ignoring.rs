//! Plans that switch rules off.

use super::shop::{
    Shop, catalog, change, change_all, group, grouped, lint, lint_all, monthly, rules,
};
use crate::domain::lint::LintRule;
use crate::domain::money::Currency;
use crate::domain::plan_price::BillingInterval;

const IGNORED: &str = r#"{"pricebook:ignore":["price-scale","unknown"]}"#;

fn wrong() -> Shop {
    let plan = monthly(1, 1000).rate(Currency::Jpy, "100");
    plan.manual(BillingInterval::Monthly, Currency::Jpy, 100_000)
}

fn right() -> Shop {
    monthly(1, 1000).rate(Currency::Jpy, "100")
}

#[test]
fn a_plan_switches_a_rule_off() {
    assert_eq!(rules(&lint(wrong())), [LintRule::PriceScale]);
    // The next rule about the value speaks up.
    assert_eq!(rules(&lint(wrong().metadata(IGNORED))), [LintRule::Drift]);
    let both = r#"{"pricebook:ignore":["price-scale","drift"]}"#;
    assert_eq!(lint(wrong().metadata(both)), []);
    let text = r#"{"pricebook:ignore":"price-scale"}"#;
    assert_eq!(rules(&lint(wrong().metadata(text))), [LintRule::PriceScale]);
}

#[test]
fn a_change_cannot_switch_off_what_it_makes() {
    let found = change(right(), wrong().metadata(IGNORED));
    assert_eq!(rules(&found), [LintRule::PriceScale]);
    let found = change(right().metadata(IGNORED), wrong());
    assert_eq!(rules(&found), [LintRule::Drift]);
    let found = change_all(&catalog([]), &catalog([wrong().metadata(IGNORED)]));
    assert_eq!(rules(&found), [LintRule::PriceScale]);
}

#[test]
fn findings_about_a_change_are_switched_off_too() {
    let jump = r#"{"pricebook:ignore":["rate-jump"]}"#;
    let (before, after) = (right(), right().rate(Currency::Jpy, "150"));
    assert_eq!(change(before.metadata(jump), after), []);
}

#[test]
fn groups_leave_out_plans_that_ignore_a_rule() {
    let group = group(1);
    let order = r#"{"pricebook:ignore":["group-order"]}"#;
    let plans = [1000, 500, 700].iter().zip(1..);
    let mut plans: Vec<_> = plans
        .map(|(price, number)| monthly(number, *price).in_group(&group))
        .collect();
    let codes = |plans: &[Shop]| {
        let found = lint_all(&grouped([group.clone()], plans.to_vec()));
        found
            .into_iter()
            .map(|one| one.code.unwrap())
            .collect::<Vec<_>>()
    };
    assert_eq!(codes(&plans), ["p2"]);
    plans[1] = plans[1].clone().metadata(order);
    // The third is compared with the first.
    assert_eq!(codes(&plans), ["p3"]);
    plans[0] = plans[0].clone().metadata(order);
    assert_eq!(codes(&plans), [""; 0]);

    let currencies = r#"{"pricebook:ignore":["group-currencies"]}"#;
    let plans = [monthly(1, 1), monthly(2, 1).rate(Currency::Eur, "1")];
    let mut plans = plans.map(|plan| plan.in_group(&group));
    let lint_plans = |plans: &[Shop]| lint_all(&grouped([group.clone()], plans.to_vec()));
    assert_eq!(rules(&lint_plans(&plans)), [LintRule::GroupCurrencies]);
    plans[0] = plans[0].clone().metadata(currencies);
    assert_eq!(lint_plans(&plans), []);
}
