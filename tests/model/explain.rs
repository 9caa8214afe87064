//! Explanations of the money values of a plan.

use serde_json::{Value, json};

use super::catalog::{Answer, Model, Offer, Plan, PlanFeature, Price, RATE, SINCE};
use super::money::{self, Decimal};
use super::regional::PriceRow;

/// The unit of a value.
#[derive(Clone, Copy)]
enum Unit {
    /// Minor units of the currency.
    Minor,
    /// 1/10000 of a major unit.
    Scale,
}

impl Unit {
    fn digits(self, currency: &str) -> i32 {
        match self {
            Self::Minor => money::minor_digits(currency).expect("a known currency"),
            Self::Scale => 4,
        }
    }
}

/// A value in another currency.
struct Row<'a> {
    path: String,
    currency: &'a str,
    unit: Unit,
    value: i64,
    is_manual: bool,
    base: Option<i64>,
}

impl Model {
    pub fn explain_plan(&self, name: &str, currency: Option<&str>) -> Answer {
        let plan = &self.plans[self.plan_at(name)?];
        let mut values = Vec::new();
        for price in &plan.prices {
            explain_price(plan, price, &mut values);
        }
        for on in plan.features.iter().filter(|on| on.overage) {
            explain_overage(plan, on, &self.feature_of(on).code, &mut values);
        }
        if let Some(currency) = currency {
            values.retain(|value| value["currency"] == currency.to_lowercase());
        }
        Ok(json!({"planId": plan.id, "code": plan.code, "values": values}))
    }
}

fn explain_price(plan: &Plan, price: &Price, values: &mut Vec<Value>) {
    let path = format!("prices[{}]", price.interval);
    let discount = price.offer.as_ref().and_then(discount);
    for (field, value) in [
        ("price", Some(price.amount)),
        ("includedBalance", price.balance),
        ("introOffer.discountValue", discount),
    ] {
        values.extend(value.map(|value| base(format!("{path}.{field}"), Unit::Minor, value)));
    }
    for row in &price.regional {
        for (field, value, is_manual, base) in [
            ("price", Some(row.price), row.is_manual, Some(price.amount)),
            (
                "includedBalance",
                row.balance,
                row.keeps_balance(),
                price.balance,
            ),
            (
                "introOffer.discountValue",
                regional_discount(price, row),
                row.offer.as_ref().is_some_and(|offer| offer.is_manual),
                discount,
            ),
        ] {
            values.extend(value.map(|value| {
                explained(
                    plan,
                    Row {
                        path: format!("{path}.regionalPrices[{}].{field}", row.currency),
                        currency: &row.currency,
                        unit: Unit::Minor,
                        value,
                        is_manual,
                        base,
                    },
                )
            }));
        }
    }
}

fn explain_overage(plan: &Plan, on: &PlanFeature, code: &str, values: &mut Vec<Value>) {
    let path = format!("features[{code}]");
    values.push(base(
        format!("{path}.overage.unitPrice"),
        Unit::Scale,
        on.unit_price,
    ));
    values.extend(on.regional.iter().map(|row| {
        explained(
            plan,
            Row {
                path: format!("{path}.regionalPrices[{}].overageUnitPrice", row.currency),
                currency: &row.currency,
                unit: Unit::Scale,
                value: row.unit_price,
                is_manual: row.is_manual,
                base: Some(on.unit_price),
            },
        )
    }));
}

/// The discount of an offer that is made, unless it is a percentage.
fn discount(offer: &Offer) -> Option<i64> {
    let is_amount = offer.enabled && offer.discount.as_deref() == Some("amount");
    offer.value.filter(|_| is_amount)
}

fn regional_discount(price: &Price, row: &PriceRow) -> Option<i64> {
    let offer = row.offer.as_ref().filter(|_| price.makes_offer())?;
    (offer.discount == "amount").then_some(offer.value)
}

fn base(path: String, unit: Unit, value: i64) -> Value {
    json!({
        "path": path,
        "currency": "usd",
        "value": value,
        "decimal": decimal(value, unit, "usd"),
        "source": "base",
        "base": null,
        "exchangeRate": null,
        "exact": null,
        "rounding": null,
        "derivedWouldBe": null,
        "deviation": null,
        "since": SINCE,
    })
}

fn explained(plan: &Plan, row: Row) -> Value {
    let rate = plan.rates.iter().find(|rate| rate.currency == row.currency);
    let shift = match row.unit {
        Unit::Minor => row.unit.digits(row.currency) - row.unit.digits("usd"),
        Unit::Scale => 0,
    };
    let number = |digits: &str| Decimal::parse(digits).expect("a stored rate is a number");
    let terms = row.base.zip(rate.map(|rate| number(&rate.digits)));
    let derived = terms.filter(|_| row.is_manual);
    let derived = derived.and_then(|(base, rate)| money::derived(base, rate, shift));
    let exact = terms.filter(|_| !row.is_manual);
    let exact = exact.map(|(base, rate)| money::exact(base, rate, shift));
    json!({
        "path": row.path,
        "currency": row.currency,
        "value": row.value,
        "decimal": decimal(row.value, row.unit, row.currency),
        "source": if row.is_manual { "manual" } else { "derived" },
        "base": row.base,
        "exchangeRate": rate.map(|rate| format!("{RATE}{}", rate.digits)),
        "exact": exact,
        "rounding": exact.is_some().then_some("half_away_from_zero"),
        "derivedWouldBe": derived,
        "deviation": derived.and_then(|derived| money::deviation(row.value, derived)),
        "since": SINCE,
    })
}

fn decimal(value: i64, unit: Unit, currency: &str) -> String {
    let digits = usize::try_from(unit.digits(currency)).expect("a small number");
    money::pointed(value.into(), digits)
}
