//! Rules about groups.

use super::shop::{change_all, group, grouped, lint_all, monthly, places, plan, rules};
use crate::domain::change::{ObjectType, Value};
use crate::domain::lint::LintRule;
use crate::domain::money::{Amount, Currency};
use crate::domain::plan_price::BillingInterval;

#[test]
fn plans_of_a_group_have_the_same_currencies() {
    let group = group(1);
    let first = monthly(1, 100).in_group(&group).rate(Currency::Eur, "1");
    let first = first.rate(Currency::Jpy, "100");
    let second = monthly(2, 200).in_group(&group);
    let second = second.manual(BillingInterval::Monthly, Currency::Eur, 200);
    let ignored = [
        monthly(3, 300).in_group(&group).private(),
        plan(4).in_group(&group).free(),
        monthly(5, 500),
    ];
    let plans = [first.clone(), second.clone()].into_iter().chain(ignored);
    let found = lint_all(&grouped([group.clone()], plans));
    assert_eq!(places(&found), [(LintRule::GroupCurrencies, "plans")]);
    let finding = &found[0];
    assert_eq!(finding.object_type, ObjectType::PlanGroup);
    assert_eq!(finding.id.as_deref(), Some(group.id.as_str()));
    assert_eq!(finding.code, None);
    assert_eq!(finding.value, Value::Json("[\"p2\"]".to_owned()));
    assert_eq!(
        finding.expected,
        Value::Json("[\"eur\",\"jpy\"]".to_owned())
    );
    let expected = "The plans of Group 1 differ in their currencies: p2 lacks jpy.";
    assert_eq!(finding.message, expected);
    let second = second.rate(Currency::Jpy, "100");
    assert_eq!(lint_all(&grouped([group], [first, second])), []);
}

#[test]
fn a_message_names_a_few() {
    let group = group(1);
    let mut first = monthly(1, 1000).in_group(&group);
    for currency in &Currency::ALL[..7] {
        first = first.rate(*currency, "100");
    }
    let others = (2..9).map(|number| monthly(number, 1000).in_group(&group));
    let found = lint_all(&grouped([group.clone()], [first].into_iter().chain(others)));
    let lacks = |number| format!("p{number} lacks ars, bob, brl, cad, clp, 2 more");
    let named: Vec<_> = (2..7).map(lacks).collect();
    let expected = format!(
        "The plans of Group 1 differ in their currencies: {}; and 2 more.",
        named.join("; ")
    );
    assert_eq!(found[0].message, expected);
}

#[test]
fn prices_rise_with_the_order_of_a_group() {
    let group = group(1);
    let first = monthly(1, 1000).in_group(&group);
    let lint_pair = |second| lint_all(&grouped([group.clone()], [first.clone(), second]));
    assert_eq!(lint_pair(monthly(2, 1000).in_group(&group)), []);
    let found = lint_pair(monthly(2, 999).in_group(&group));
    let path = "prices[monthly].price";
    assert_eq!(places(&found), [(LintRule::GroupOrder, path)]);
    assert_eq!(found[0].code.as_deref(), Some("p2"));
    let values = (&found[0].value, &found[0].expected);
    assert_eq!(values, (&Value::Int(999), &Value::Int(1000)));
    let expected = "The price, 9.99 usd, is below that of p1 before it in the group, 10.00 usd.";
    assert_eq!(found[0].message, expected);
    // Another interval is another price.
    let yearly = plan(2).price(BillingInterval::Yearly, 999);
    assert_eq!(lint_pair(yearly.in_group(&group)), []);
    for left_out in [monthly(2, 999), monthly(2, 999).in_group(&group).private()] {
        assert_eq!(lint_pair(left_out), []);
    }
}

#[test]
fn a_change_moves_what_is_found_in_its_groups() {
    let group = group(1);
    let (first, second) = (monthly(1, 1000), monthly(2, 1000));
    let before = [first.in_group(&group), second.in_group(&group)];
    let before = grouped([group.clone()], before);
    let mut after = before.clone();
    after.plans[0].prices[0].terms.price = Amount::from_row(1001);
    // The second plan is the same as before, but comes after a dearer one now.
    let found = change_all(&before, &after);
    assert_eq!(rules(&found), [LintRule::GroupOrder]);
    assert_eq!(found[0].code.as_deref(), Some("p2"));
    // And again, with another change of the first plan.
    let mut renamed = after.clone();
    renamed.plans[0].name = after.plans[1].name.clone();
    assert_eq!(change_all(&after, &renamed), []);
    // A plan that leaves lets its group be as it was.
    renamed.plans[0].plan_group_id = None;
    assert_eq!(change_all(&after, &renamed), []);
}

#[test]
fn a_deleted_plan_moves_its_group() {
    let group = group(1);
    let prices = [1000, 2000, 1500];
    let plans = prices.iter().zip(1..);
    let plans = plans.map(|(price, number)| monthly(number, *price).in_group(&group));
    let before = grouped([group.clone()], plans);
    assert_eq!(rules(&lint_all(&before)), [LintRule::GroupOrder]);
    let mut after = before.clone();
    after.plans.remove(1);
    assert_eq!(change_all(&before, &after), []);
    // Without the first plan the others are as before.
    after = before.clone();
    after.plans.remove(0);
    assert_eq!(change_all(&before, &after), []);
}
