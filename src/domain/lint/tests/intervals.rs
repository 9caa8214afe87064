//! Prices for longer intervals.

use super::shop::{Shop, lint, places, plan};
use crate::domain::change::Value;
use crate::domain::lint::LintRule;
use crate::domain::money::Currency;
use crate::domain::plan_price::BillingInterval::{
    self, Monthly, OneTime, Quarterly, Weekly, Yearly,
};

fn priced(prices: &[(BillingInterval, i64)]) -> Shop {
    let add = |shop: Shop, (interval, price): &(_, _)| shop.price(*interval, *price);
    prices.iter().fold(plan(1), add)
}

#[test]
fn longer_intervals_are_not_dearer() {
    // The prices, and the interval that is dearer with what the other one makes in its time.
    let cases: &[(&[_], Option<(&str, i64)>)] = &[
        (&[(Monthly, 1000), (Yearly, 12_000)], None),
        (
            &[(Monthly, 1000), (Yearly, 12_001)],
            Some(("yearly", 12_000)),
        ),
        (
            &[(Yearly, 12_001), (Monthly, 1000)],
            Some(("yearly", 12_000)),
        ),
        (&[(Monthly, 1000), (Quarterly, 3000)], None),
        (
            &[(Monthly, 1000), (Quarterly, 3001)],
            Some(("quarterly", 3000)),
        ),
        (&[(Weekly, 100), (Yearly, 5200)], None),
        (&[(Weekly, 100), (Yearly, 5201)], Some(("yearly", 5200))),
        (&[(Weekly, 100), (Quarterly, 1300)], None),
        (
            &[(Weekly, 100), (Quarterly, 1301)],
            Some(("quarterly", 1300)),
        ),
        // 100 × 52 ÷ 12 is 433.33.
        (&[(Weekly, 100), (Monthly, 433)], None),
        (&[(Weekly, 100), (Monthly, 434)], Some(("monthly", 433))),
        // With a monthly price, the weekly one does not count for longer ones.
        (&[(Weekly, 100), (Monthly, 433), (Yearly, 5196)], None),
        (
            &[(Weekly, 1), (Yearly, 60), (Monthly, 4)],
            Some(("yearly", 48)),
        ),
        // Without both, the quarterly one does.
        (&[(Quarterly, 250), (Yearly, 1000)], None),
        (&[(Quarterly, 250), (Yearly, 1001)], Some(("yearly", 1000))),
        (&[(Monthly, 100), (Quarterly, 250), (Yearly, 1001)], None),
        (&[(Weekly, 20), (Quarterly, 250), (Yearly, 1001)], None),
        // Nothing to compare with.
        (&[(OneTime, 1), (Yearly, 1000)], None),
        (&[(Monthly, 1), (OneTime, 1000)], None),
        (&[(Monthly, 0), (Yearly, 1)], Some(("yearly", 0))),
        (&[(Monthly, 0), (Yearly, 0)], None),
    ];
    for (prices, expected) in cases {
        let found = lint(priced(prices));
        let expected: Vec<_> = expected.iter().collect();
        let places: Vec<_> = found
            .iter()
            .map(|one| (one.rule, one.path.clone(), one.expected.clone()))
            .collect();
        let expected: Vec<_> = expected
            .into_iter()
            .map(|(interval, value)| {
                let path = format!("prices[{interval}].price");
                (LintRule::YearlyDearer, path, Value::Int(*value))
            })
            .collect();
        assert_eq!(places, expected, "{prices:?}");
    }
}

#[test]
fn currencies_are_compared_where_one_price_is_manual() {
    let derived = priced(&[(Monthly, 1000), (Yearly, 12_001)]).rate(Currency::Eur, "1");
    let base = (LintRule::YearlyDearer, "prices[yearly].price");
    assert_eq!(places(&lint(derived)), [base]);

    let plan = priced(&[(Monthly, 1000), (Yearly, 12_000)]).rate(Currency::Eur, "1");
    let path = "prices[yearly].regionalPrices[eur].price";
    let longer = plan.clone().manual(Yearly, Currency::Eur, 12_001);
    let found = lint(longer);
    assert_eq!(places(&found), [(LintRule::YearlyDearer, path)]);
    let expected = "The yearly price in eur, 120.01, is above the monthly price for the same time, \
                    120.00.";
    assert_eq!(found[0].message, expected);
    let shorter = plan.clone().manual(Monthly, Currency::Eur, 999);
    assert_eq!(places(&lint(shorter)), [(LintRule::YearlyDearer, path)]);
    let both = plan.manual(Monthly, Currency::Eur, 1001);
    assert_eq!(lint(both), []);
}

#[test]
fn a_currency_without_the_shorter_price_is_not_compared() {
    let plan = priced(&[(Monthly, 1000), (Yearly, 12_000)]);
    assert_eq!(lint(plan.manual(Yearly, Currency::Eur, 99_000)), []);
}
