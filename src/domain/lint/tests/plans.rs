//! Rules about prices, discounts and the United States.

use super::shop::{Shop, lint, monthly, places, plan, rules};
use crate::domain::change::Value;
use crate::domain::id::PriceId;
use crate::domain::lint::LintRule;
use crate::domain::money::{Currency, Positive};
use crate::domain::plan_price::{BillingInterval, DiscountType};
use crate::domain::regional::{IntroOfferOverride, RegionalPricing};

#[test]
fn a_public_plan_needs_a_price() {
    assert_eq!(places(&lint(plan(1))), [(LintRule::PlanUnpriced, "prices")]);
    for fine in [plan(1).private(), plan(1).free(), monthly(1, 100)] {
        assert_eq!(lint(fine), []);
    }
}

fn discounted(value: i64) -> Shop {
    let offer = Some((DiscountType::Percentage, value));
    plan(1).terms(BillingInterval::Monthly, 4900, None, offer)
}

#[test]
fn tiny_percentages_are_found() {
    let found = lint(discounted(25));
    let path = "prices[monthly].introOffer.discountValue";
    assert_eq!(places(&found), [(LintRule::DiscountTiny, path)]);
    let expected = "The discount is 0.25 %; 25 % is 2500 basis points.";
    assert_eq!(found[0].message, expected);
    let values = (&found[0].value, &found[0].expected);
    assert_eq!(values, (&Value::Int(25), &Value::Int(2500)));
    assert_eq!(rules(&lint(discounted(99))), [LintRule::DiscountTiny]);
    assert_eq!(lint(discounted(100)), []);
    let amount = Some((DiscountType::Amount, 25));
    let amount = plan(1).terms(BillingInterval::Monthly, 4900, None, amount);
    assert_eq!(lint(amount), []);
    let mut disabled = discounted(25);
    let offer = disabled.0.prices[0].terms.intro_offer.as_mut();
    offer.unwrap().enabled = false;
    assert_eq!(lint(disabled), []);
}

#[test]
fn tiny_manual_percentages_are_found() {
    let euros = |value, base| {
        let mut plan = discounted(base);
        let id: PriceId = plan.0.prices[0].id.clone();
        let request = RegionalPricing {
            currency: Currency::Eur,
            exchange_rate: "1".to_owned(),
            prices: Vec::new(),
            features: Vec::new(),
            intro_offers: vec![IntroOfferOverride {
                price_id: Some(id),
                discount_type: DiscountType::Percentage,
                discount_value: Positive::from_row(value),
                duration_cycles: Positive::from_row(1),
            }],
        };
        plan.0.set_regional_pricing(&request).unwrap();
        lint(plan)
    };
    let path = "prices[monthly].regionalPrices[eur].introOffer.discountValue";
    assert_eq!(places(&euros(99, 2500)), [(LintRule::DiscountTiny, path)]);
    assert_eq!(euros(100, 2500), []);
    // Derived ones are those of the base, which is found already.
    assert_eq!(lint(discounted(25).rate(Currency::Eur, "1")).len(), 1);
}

#[test]
fn us_dollars_as_a_region_are_found_once() {
    let rated = plan(1)
        .price(BillingInterval::Monthly, 4900)
        .price(BillingInterval::Yearly, 49_000)
        .rate(Currency::Usd, "1");
    let path = "exchangeRates[usd].exchangeRate";
    assert_eq!(places(&lint(rated)), [(LintRule::UsdVariant, path)]);
    let manual = plan(1)
        .price(BillingInterval::Monthly, 4900)
        .price(BillingInterval::Yearly, 49_000)
        .manual(BillingInterval::Yearly, Currency::Usd, 45_000);
    let path = "prices[yearly].regionalPrices[usd].price";
    assert_eq!(places(&lint(manual)), [(LintRule::UsdVariant, path)]);
    assert_eq!(lint(monthly(1, 4900).rate(Currency::Eur, "1")), []);
}

/// A value that several rules find has one finding, the gravest.
#[test]
fn one_finding_a_value() {
    let free = monthly(1, 4900).manual(BillingInterval::Monthly, Currency::Usd, 0);
    assert_eq!(rules(&lint(free)), [LintRule::PriceFree]);
    // The yearly price is dearer, and a drift; the one that stands first wins.
    let plan = plan(1)
        .price(BillingInterval::Monthly, 1000)
        .price(BillingInterval::Yearly, 10_000)
        .rate(Currency::Eur, "1");
    let plan = plan.manual(BillingInterval::Yearly, Currency::Eur, 13_000);
    assert_eq!(rules(&lint(plan)), [LintRule::YearlyDearer]);
}
