//! What a change makes or moves.

use super::shop::{
    Shop, catalog, change, change_all, group, grouped, lint_all, monthly, places, plan, rules,
};
use crate::domain::catalog::Catalog;
use crate::domain::change::Value;
use crate::domain::lint::{LintRule, PastRates, lint_change};
use crate::domain::money::{Currency, UnitPrice};
use crate::domain::plan_price::BillingInterval::{Monthly, Yearly};

fn yen(price: i64) -> Shop {
    monthly(1, 1000)
        .rate(Currency::Jpy, "100")
        .manual(Monthly, Currency::Jpy, price)
}

#[test]
fn what_was_there_before_is_left_out() {
    let (before, same) = (yen(2000), yen(2000).price(Yearly, 12_000));
    assert_eq!(change(before.clone(), before.clone()), []);
    assert_eq!(change(before.clone(), same), []);
    // Another value, and another expected value.
    assert_eq!(rules(&change(before.clone(), yen(2001))), [LintRule::Drift]);
    let cheaper = before.clone().rate(Currency::Jpy, "99");
    assert_eq!(rules(&change(before, cheaper)), [LintRule::Drift]);
}

/// A rate that is written in another way is the same.
#[test]
fn rates_are_the_same_by_value() {
    let rated = |rate| monthly(1, 1000).rate(Currency::Eur, rate);
    let past = PastRates::from([(rated("1").0.id.clone(), rated("1").0.exchange_rates)]);
    let lint = |before, after| lint_change(&catalog([before]), &catalog([after]), &past);
    assert_eq!(lint(rated("1"), rated("1.0")), []);
    assert_eq!(
        rules(&lint(rated("1.05"), rated("1.0"))),
        [LintRule::RateStale]
    );
}

#[test]
fn other_plans_are_not_looked_at() {
    let before = catalog([yen(2000), monthly(2, 100)]);
    let after = catalog([yen(2000), monthly(2, 100).rate(Currency::Usd, "1")]);
    assert_eq!(rules(&change_all(&before, &after)), [LintRule::UsdVariant]);
}

#[test]
fn new_objects_have_no_id_yet() {
    let group = group(1);
    let plans = [
        yen(2000).in_group(&group),
        monthly(2, 1000).in_group(&group),
    ];
    let after = grouped([group], plans);
    let mut expected = lint_all(&after);
    assert_eq!(
        rules(&expected),
        [LintRule::Drift, LintRule::GroupCurrencies]
    );
    for finding in &mut expected {
        finding.id = None;
    }
    assert_eq!(change_all(&Catalog::default(), &after), expected);
}

#[test]
fn wiped_prices_are_found() {
    let before = yen(1000).price(Yearly, 12_000);
    let found = change(before.clone(), plan(1));
    assert_eq!(places(&found), [(LintRule::PricesWiped, "prices")]);
    assert_eq!(found[0].expected, Value::Int(2));
    assert_eq!(change(before.clone().private(), plan(1).private()), []);
    // To make it private does not help.
    assert_eq!(change(before.clone(), plan(1).private()).len(), 1);
    // A deleted plan is no plan without prices.
    assert_eq!(change_all(&catalog([before]), &catalog([])), []);
}

#[test]
fn wiped_currencies_are_found() {
    let before = yen(1000).rate(Currency::Eur, "1").price(Yearly, 12_000);
    let mut after = before.clone();
    after
        .0
        .delete_regional_pricing(Some(Currency::Jpy))
        .unwrap();
    let found = change(before.clone(), after);
    assert_eq!(
        places(&found),
        [(LintRule::PricesWiped, "exchangeRates[jpy]")]
    );
    assert_eq!(
        (&found[0].value, &found[0].expected),
        (&Value::Null, &Value::Int(2))
    );
    // One value of the currency is left.
    let mut after = before.clone();
    after.0.prices[0].regional.clear();
    assert_eq!(change(before.clone(), after.clone()), []);
    after.0.prices[1].regional.clear();
    assert_eq!(change(before.clone(), after.clone()).len(), 2);
    assert_eq!(change(before, after.overage(20, &[])), []);
}

/// Findings stand in the order of the plan's values.
#[test]
fn findings_are_in_order() {
    let before = plan(1)
        .price(Yearly, 100_000)
        .price(Monthly, 1000)
        .rate(Currency::Eur, "1")
        .rate(Currency::Gbp, "1")
        .rate(Currency::Jpy, "100")
        .overage(20, &[]);
    let mut after = before.clone().0;
    after.delete_regional_pricing(Some(Currency::Gbp)).unwrap();
    let mut after = Shop(after)
        .rate(Currency::Jpy, "200")
        .manual(Monthly, Currency::Jpy, 1)
        .manual(Monthly, Currency::Eur, 1)
        .manual(Yearly, Currency::Jpy, 1);
    let overage = after.0.features[0]
        .regional
        .get_mut(&Currency::Eur)
        .unwrap();
    overage.unit_price = UnitPrice::ZERO;
    overage.auto_synced = false;
    let before_and_other = catalog([before.clone(), monthly(2, 1)]);
    let after_and_other = catalog([after, plan(2)]);
    let found = change_all(&before_and_other, &after_and_other);
    let price = |interval, currency| format!("prices[{interval}].regionalPrices[{currency}].price");
    let overage = "features[calls].regionalPrices[eur].overageUnitPrice";
    let expected = [
        (LintRule::YearlyDearer, &*price("yearly", "eur")),
        (LintRule::Arbitrage, &price("yearly", "jpy")),
        (LintRule::Arbitrage, &price("monthly", "eur")),
        (LintRule::Arbitrage, &price("monthly", "jpy")),
        (LintRule::PriceFree, overage),
        (LintRule::PricesWiped, "exchangeRates[gbp]"),
        (LintRule::RateJump, "exchangeRates[jpy].exchangeRate"),
        // Of the second plan.
        (LintRule::PricesWiped, "prices"),
    ];
    assert_eq!(places(&found), expected);
}
