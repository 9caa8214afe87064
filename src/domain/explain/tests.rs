//! Explanations of a plan with values of every source.

use uuid::Uuid;

use super::*;
use crate::domain::feature::{Feature, FeatureRef, FeatureType};
use crate::domain::id::{FeatureId, PlanId, PriceId};
use crate::domain::money::{Amount, Count, Currency, Positive, UnitPrice};
use crate::domain::patch::Patch;
use crate::domain::plan::{ConsumptionModel, NewPlan, NewPlanPosition, Plan};
use crate::domain::plan_feature::{Overage, PlanFeatureSettings};
use crate::domain::plan_price::{
    BillingInterval, DiscountType, IntroOffer, IntroOfferPatch, PricePatch, PriceTerms,
};
use crate::domain::regional::{
    FeatureOverride, IntroOfferOverride, PriceOverride, RegionalOverride, RegionalPricing,
};
use crate::domain::text::{Code, Name};
use crate::domain::timestamp::Timestamp;

const NOW: Timestamp = Timestamp::from_millis(0);

/// A balance plan with a price of $49.00, a balance of $10.00, a discount of $5.00, and overage at
/// $0.002.
fn plan() -> Plan {
    let new = NewPlan {
        name: Name::from_row("Pro".to_owned()),
        code: Code::from_row("pro".to_owned()),
        description: None,
        consumption_model: ConsumptionModel::Balance,
        is_public: true,
        is_free: false,
        block_on_exhaustion: None,
        metadata: None,
    };
    let position = NewPlanPosition {
        is_first: true,
        creation_order: 0,
        group: None,
    };
    let mut plan = Plan::create(new, position, PlanId::from_uuid(Uuid::nil()), NOW).unwrap();
    let terms = PriceTerms {
        price: Amount::from_row(4900),
        trial_days: Count::ZERO,
        included_balance: Some(Amount::from_row(1000)),
        included_credits: None,
        intro_offer: Some(IntroOffer {
            enabled: true,
            discount_type: Some(DiscountType::Amount),
            discount_value: Some(Positive::from_row(500)),
            duration_cycles: Some(Positive::from_row(3)),
        }),
    };
    plan.add_price(BillingInterval::Monthly, terms, true, price_id(), NOW)
        .unwrap();
    let settings = PlanFeatureSettings {
        overage: Overage {
            enabled: true,
            unit_price: UnitPrice::from_row(20),
        },
        ..PlanFeatureSettings::DEFAULT
    };
    plan.add_feature(calls(), settings).unwrap();
    plan
}

fn price_id() -> PriceId {
    PriceId::from_uuid(Uuid::from_u128(1))
}

fn calls() -> Feature {
    Feature {
        id: FeatureId::from_uuid(Uuid::from_u128(2)),
        code: Code::from_row("api_calls".to_owned()),
        name: Name::from_row("API calls".to_owned()),
        feature_type: FeatureType::Usage,
        description: None,
        unit_name: None,
        created_at: NOW,
        updated_at: NOW,
    }
}

fn pricing(currency: Currency, rate: &str) -> RegionalPricing {
    RegionalPricing {
        currency,
        exchange_rate: rate.to_owned(),
        prices: Vec::new(),
        features: Vec::new(),
        intro_offers: Vec::new(),
    }
}

/// The values in one currency: each path with its value as a number, in major units, and as exact
/// product.
fn told(plan: &Plan, currency: Currency) -> Vec<(String, i64, String, Option<String>)> {
    let told = |value: Explained| {
        let decimal = value.value.to_major_units(value.currency);
        let exact = value.exact.map(|exact| exact.to_string());
        (value.path, value.value.get(), decimal, exact)
    };
    plan.explain(Some(currency)).into_iter().map(told).collect()
}

fn line(
    path: &str,
    value: i64,
    decimal: &str,
    exact: Option<&str>,
) -> (String, i64, String, Option<String>) {
    (
        path.to_owned(),
        value,
        decimal.to_owned(),
        exact.map(str::to_owned),
    )
}

#[test]
fn every_base_value_is_explained() {
    let expected = [
        line("prices[monthly].price", 4900, "49.00", None),
        line("prices[monthly].includedBalance", 1000, "10.00", None),
        line(
            "prices[monthly].introOffer.discountValue",
            500,
            "5.00",
            None,
        ),
        line("features[api_calls].overage.unitPrice", 20, "0.0020", None),
    ];
    assert_eq!(told(&plan(), Currency::Usd), expected);
    let sources = plan().explain(None).into_iter().map(|value| value.source);
    assert!(sources.into_iter().all(|source| source == Source::Base));
}

#[test]
fn a_derived_value_shows_its_exact_product() {
    let mut plan = plan();
    plan.set_regional_pricing(&pricing(Currency::Krw, "1380.57"))
        .unwrap();
    let regional = |field: &str| format!("prices[monthly].regionalPrices[krw].{field}");
    let expected = [
        line(&regional("price"), 67_648, "67648", Some("67647.93")),
        line(
            &regional("includedBalance"),
            13_806,
            "13806",
            Some("13805.7"),
        ),
        line(
            &regional("introOffer.discountValue"),
            6903,
            "6903",
            Some("6902.85"),
        ),
        line(
            "features[api_calls].regionalPrices[krw].overageUnitPrice",
            27_611,
            "2.7611",
            Some("27611.4"),
        ),
    ];
    assert_eq!(told(&plan, Currency::Krw), expected);
    let price = &plan.explain(Some(Currency::Krw))[0];
    assert_eq!(price.source, Source::Derived);
    assert_eq!(price.base.map(Money::get), Some(4900));
    assert_eq!(price.exchange_rate.as_ref().unwrap().as_str(), "1380.57");
}

#[test]
fn a_manual_value_is_compared_with_the_derived_one() {
    let mut plan = plan();
    let mut by_hand = pricing(Currency::Eur, "0.92");
    by_hand.prices.push(PriceOverride {
        price_id: Some(price_id()),
        price: Amount::from_row(4500),
        included_balance: Patch::Keep,
    });
    by_hand.features.push(FeatureOverride {
        feature: Some(FeatureRef::Code(calls().code)),
        overage_unit_price: UnitPrice::from_row(20),
    });
    by_hand.intro_offers.push(IntroOfferOverride {
        price_id: Some(price_id()),
        discount_type: DiscountType::Percentage,
        discount_value: Positive::from_row(1000),
        duration_cycles: Positive::from_row(3),
    });
    plan.set_regional_pricing(&by_hand).unwrap();
    let told: Vec<_> = plan
        .explain(Some(Currency::Eur))
        .into_iter()
        .map(|value| {
            let derived = value.derived_would_be.map(Money::get);
            (value.source, value.value.get(), derived, value.deviation())
        })
        .collect();
    // The percentage is no money.
    let expected = [
        (Source::Manual, 4500, Some(4508), Some("-0.0018".to_owned())),
        (Source::Derived, 920, None, None),
        (Source::Manual, 20, Some(18), Some("0.1111".to_owned())),
    ];
    assert_eq!(told, expected);
}

#[test]
fn without_a_rate_there_is_nothing_to_compare_with() {
    let mut plan = plan();
    let by_hand = RegionalOverride {
        currency: "jpy".to_owned(),
        price: Amount::from_row(7000),
        included_balance: Patch::Keep,
    };
    plan.upsert_regional_prices(Some(&price_id()), &[by_hand])
        .unwrap();
    let [value] = &plan.explain(Some(Currency::Jpy))[..] else {
        panic!("one value")
    };
    assert_eq!(value.source, Source::Manual);
    assert_eq!(value.base.map(Money::get), Some(4900));
    assert_eq!(
        (&value.exchange_rate, value.derived_would_be),
        (&None, None)
    );
    assert_eq!(value.deviation(), None);
    assert_eq!(plan.explain(Some(Currency::Gbp)), []);
}

#[test]
fn what_is_switched_off_is_not_explained() {
    let mut plan = plan();
    plan.set_regional_pricing(&pricing(Currency::Eur, "0.92"))
        .unwrap();
    let patch = PricePatch {
        intro_offer: Patch::Set(IntroOfferPatch {
            enabled: Some(false),
            ..IntroOfferPatch::default()
        }),
        ..PricePatch::default()
    };
    plan.update_price(Some(&price_id()), &patch, NOW).unwrap();
    let mut plan_without_overage = plan.clone();
    plan_without_overage.features[0].settings.overage.enabled = false;
    let paths = |plan: &Plan| -> String {
        let values = plan.explain(None);
        values.into_iter().map(|value| value.path + "\n").collect()
    };
    assert!(!paths(&plan).contains("introOffer"));
    assert!(paths(&plan).contains("overage"));
    assert!(!paths(&plan_without_overage).contains("overage"));
}
