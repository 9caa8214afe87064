//! Rules about rates.

use super::shop::{
    Shop, catalog, change, change_all, decimal, lint, lint_all, monthly, places, rules,
};
use crate::domain::lint::{LintRule, PastRates, lint_catalog};
use crate::domain::money::Currency;

const PATH: &str = "exchangeRates[eur].exchangeRate";

fn euros(number: u128, rate: &str) -> Shop {
    monthly(number, 100_000).rate(Currency::Eur, rate)
}

#[test]
fn rates_are_compared_with_those_of_other_plans() {
    for (rate, is_found) in [
        ("7.99999999", false),
        ("8", true),
        ("12.5", true),
        ("12.50000001", false),
        ("79.9999999", false),
        ("80", true),
        ("125", true),
        ("125.000001", false),
        ("0.1250001", false),
        ("0.125", true),
        ("0.08", true),
        ("0.0799999", false),
        ("0.0125", true),
        ("0.008", true),
        ("0.0079999", false),
        ("1", false),
    ] {
        let plans = [
            euros(1, "1"),
            euros(2, rate),
            euros(3, "1.0"),
            euros(4, "1"),
        ];
        let found = lint_all(&catalog(plans));
        let expected: &[_] = if is_found {
            &[(LintRule::RateScale, PATH)]
        } else {
            &[]
        };
        assert_eq!(places(&found), expected, "{rate}");
        if is_found {
            assert_eq!(found[0].code.as_deref(), Some("p2"));
            assert_eq!(found[0].value, decimal(rate));
        }
    }
}

/// With two others, the median is that of all three: one wrong rate must not make right ones look
/// wrong.
#[test]
fn the_median_leaves_the_plan_itself_out() {
    for wrong in ["200", "0.01"] {
        let plans = [euros(1, "1"), euros(2, "2"), euros(3, wrong)];
        let found = lint_all(&catalog(plans));
        let median = if wrong == "200" { "2" } else { "1" };
        assert_eq!(places(&found), [(LintRule::RateScale, PATH)], "{wrong}");
        assert_eq!(found[0].value, decimal(wrong));
        assert_eq!(found[0].expected, decimal(median));
    }
    let found = lint_all(&catalog([euros(1, "2"), euros(2, "200")]));
    assert_eq!(places(&found), [(LintRule::RateScale, PATH); 2]);
    let expected = "The rate of eur, 200, is about 100 times the usual rate of other plans, 2.";
    assert_eq!(found[1].message, expected);
    assert_eq!(lint(euros(1, "100")), []);
}

#[test]
fn rates_are_compared_with_those_before() {
    for (rate, expected) in [
        ("1.1", None),
        ("1.10000000000001", Some(LintRule::RateJump)),
        ("0.9", None),
        ("0.89999999999999", Some(LintRule::RateJump)),
        ("7.9", Some(LintRule::RateJump)),
        ("8", Some(LintRule::RateScale)),
        ("0.0125", Some(LintRule::RateScale)),
        ("1.00", None),
    ] {
        let found = change(euros(1, "1"), euros(1, rate));
        let expected: Vec<_> = expected.into_iter().map(|rule| (rule, PATH)).collect();
        assert_eq!(places(&found), expected, "{rate}");
        for one in found {
            assert_eq!((one.value, one.expected), (decimal(rate), decimal("1")));
        }
    }
    let found = change(euros(1, "0.92"), euros(1, "0.5"));
    let expected = "The rate of eur falls by more than 10 %, from 0.92 to 0.5.";
    assert_eq!(found[0].message, expected);
}

#[test]
fn new_and_withdrawn_rates_do_not_jump() {
    let other = monthly(1, 100_000).rate(Currency::Gbp, "1");
    assert_eq!(change(other.clone(), other.rate(Currency::Eur, "5")), []);
    assert_eq!(change(monthly(1, 100_000), euros(1, "5")), []);
}

/// Of two that a rate is compared with, the one before counts.
#[test]
fn a_rate_is_found_once() {
    let before = catalog([euros(1, "1"), euros(2, "2")]);
    let after = catalog([euros(1, "1"), euros(2, "20")]);
    let found = change_all(&before, &after);
    assert_eq!(rules(&found), [LintRule::RateScale]);
    assert_eq!(found[0].expected, decimal("2"));
}

#[test]
fn a_rate_is_stale_if_it_was_the_same_then() {
    let plan = euros(1, "0.920");
    let past = |rate| PastRates::from([(plan.0.id.clone(), euros(1, rate).0.exchange_rates)]);
    let now = catalog([plan.clone(), euros(2, "0.92")]);
    let found = lint_catalog(&now, &past("0.92"));
    assert_eq!(places(&found), [(LintRule::RateStale, PATH)]);
    let expected = "The rate of eur, 0.920, is that of 90 days ago.";
    assert_eq!(found[0].message, expected);
    assert_eq!(lint_catalog(&now, &past("0.9201")), []);
}
