//! Rules about manual values.

use super::shop::{Shop, lint, monthly, places, plan, rules};
use crate::domain::change::{ObjectType, Value};
use crate::domain::lint::{Finding, LintRule, Severity};
use crate::domain::money::{Currency, Positive};
use crate::domain::patch::Patch;
use crate::domain::plan_price::{BillingInterval, DiscountType};
use crate::domain::regional::RegionalOffer;

/// A plan whose price in yen would be 1000, but is another.
fn yen(price: i64) -> Shop {
    let plan = monthly(1, 1000).rate(Currency::Jpy, "100");
    plan.manual(BillingInterval::Monthly, Currency::Jpy, price)
}

#[test]
fn manual_prices_are_compared_with_derived_ones() {
    for (price, expected) in [
        // Near ten and a hundred times, with both bounds.
        (7_999, Some(LintRule::Drift)),
        (8_000, Some(LintRule::PriceScale)),
        (12_500, Some(LintRule::PriceScale)),
        (12_501, Some(LintRule::Drift)),
        (79_999, Some(LintRule::Drift)),
        (80_000, Some(LintRule::PriceScale)),
        (125_000, Some(LintRule::PriceScale)),
        (125_001, Some(LintRule::Drift)),
        // Near a tenth and a hundredth.
        (126, Some(LintRule::Arbitrage)),
        (125, Some(LintRule::PriceScale)),
        (80, Some(LintRule::PriceScale)),
        (79, Some(LintRule::Arbitrage)),
        (13, Some(LintRule::Arbitrage)),
        (12, Some(LintRule::PriceScale)),
        (8, Some(LintRule::PriceScale)),
        (7, Some(LintRule::Arbitrage)),
        // Half and a quarter off.
        (499, Some(LintRule::Arbitrage)),
        (500, Some(LintRule::Drift)),
        (749, Some(LintRule::Drift)),
        (750, None),
        (1000, None),
        (1250, None),
        (1251, Some(LintRule::Drift)),
        (0, Some(LintRule::PriceFree)),
    ] {
        let found = rules(&lint(yen(price)));
        assert_eq!(found, expected.into_iter().collect::<Vec<_>>(), "{price}");
    }
}

#[test]
fn a_finding_names_value_and_derived_value() {
    let plan = yen(100_000);
    let finding = Finding {
        rule: LintRule::PriceScale,
        severity: Severity::Error,
        object_type: ObjectType::Plan,
        id: Some(plan.0.id.to_string()),
        code: Some("p1".to_owned()),
        path: "prices[monthly].regionalPrices[jpy].price".to_owned(),
        message: "The price in jpy is 100000, about 100 times the derived 1000.".to_owned(),
        value: Value::Int(100_000),
        expected: Value::Int(1000),
    };
    assert_eq!(lint(plan), [finding]);
}

#[test]
fn messages_have_major_units() {
    let euros = monthly(1, 4900).rate(Currency::Eur, "0.92");
    let message = |price| {
        let plan = euros
            .clone()
            .manual(BillingInterval::Monthly, Currency::Eur, price);
        lint(plan)[0].message.clone()
    };
    assert_eq!(
        message(0),
        "The price in eur is 0 beside a base of 49.00 usd."
    );
    let expected = "The price in eur is 20.00, less than half of the derived 45.08.";
    assert_eq!(message(2000), expected);
    let expected = "The price in eur is 60.00, more than 25 % above the derived 45.08.";
    assert_eq!(message(6000), expected);
}

#[test]
fn a_manual_price_of_zero_needs_no_rate() {
    let plan = monthly(1, 4900).manual(BillingInterval::Monthly, Currency::Eur, 0);
    let found = lint(plan);
    assert_eq!(rules(&found), [LintRule::PriceFree]);
    assert_eq!(
        (&found[0].value, &found[0].expected),
        (&Value::Int(0), &Value::Null)
    );
    let free = monthly(1, 0).manual(BillingInterval::Monthly, Currency::Eur, 0);
    assert_eq!(lint(free), []);
}

#[test]
fn without_a_rate_only_zero_is_found() {
    let plan = monthly(1, 4900).manual(BillingInterval::Monthly, Currency::Eur, 1);
    assert_eq!(lint(plan), []);
}

/// Its derived price is zero too.
#[test]
fn a_manual_price_beside_a_base_of_zero_drifts() {
    let plan = monthly(1, 0).rate(Currency::Eur, "0.92");
    let plan = plan.manual(BillingInterval::Monthly, Currency::Eur, 1);
    assert_eq!(rules(&lint(plan)), [LintRule::Drift]);
}

#[test]
fn balances_discounts_and_overage_are_compared_too() {
    let offer = Some((DiscountType::Amount, 500));
    let plan = plan(1).terms(BillingInterval::Monthly, 4900, Some(1000), offer);
    let plan = plan.rate(Currency::Eur, "1");
    let mut plan = plan
        .manual_with(BillingInterval::Monthly, Currency::Eur, 4900, Patch::Set(0))
        .overage(20, &[(Currency::Eur, 0)]);
    let regional = plan.0.prices[0].regional.get_mut(&Currency::Eur).unwrap();
    regional.intro_offer = match regional.intro_offer {
        RegionalOffer::Derived(Some(mut terms)) => {
            terms.discount_value = Positive::from_row(5);
            RegionalOffer::Manual(terms)
        }
        other => panic!("{other:?}"),
    };
    let found = lint(plan);
    let expected = [
        (
            LintRule::Arbitrage,
            "prices[monthly].regionalPrices[eur].includedBalance",
        ),
        (
            LintRule::PriceScale,
            "prices[monthly].regionalPrices[eur].introOffer.discountValue",
        ),
        (
            LintRule::PriceFree,
            "features[calls].regionalPrices[eur].overageUnitPrice",
        ),
    ];
    assert_eq!(places(&found), expected);
    let expected = "The included balance in eur is 0.00, less than half of the derived 10.00.";
    assert_eq!(found[0].message, expected);
    let expected = "The overage price in eur is 0 beside a base of 0.0020 usd.";
    assert_eq!(found[2].message, expected);
}
