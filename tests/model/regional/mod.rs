//! Regional values: which are derived, and which stay as sent.

use serde_json::{Value, json};

use super::catalog::{Answer, LIVEMODE, Model, Offer, Plan, PlanFeature, Price, RATE, Rate};
use super::choices;
use super::money::{self, BOUND, Decimal};
use super::prices::{largest_discount, most_cycles};
use super::refusal::{Fault, Refusal, refuse_if_any};
use super::schema::Sent;

mod derive;
mod overrides;
mod rows;

pub use derive::*;
use overrides::*;
pub use rows::*;

/// The minor digits of the base currency.
const BASE_DIGITS: i32 = 2;

/// Stands for a price that cannot be derived: the call is refused for it, and no discount exceeds
/// it, so that no second fault is found.
const UNKNOWN_PRICE: i64 = BOUND;

impl Model {
    pub fn set_regional(&mut self, plan: &str, sent: Sent) -> Answer {
        let index = self.plan_at(plan)?;
        let overrides = self.overrides(&self.plans[index], sent)?;
        let rate = Rate {
            currency: sent.text("currency").unwrap_or_default().to_lowercase(),
            digits: sent.digits("exchangeRate").unwrap_or_default(),
        };
        let mut faults = self.override_faults(&self.plans[index], &overrides);
        let plan = &mut self.plans[index];
        let number = Decimal::parse(&rate.digits).filter(|number| {
            number.significant_digits() <= choices::RATE_DIGITS && number.is_within_bound()
        });
        if number.is_none() {
            faults.push(Fault::at("exchangeRate"));
        }
        apply_rate(plan, &rate, number.is_some(), &overrides, &mut faults);
        refuse_if_any(faults)?;
        plan.rates.retain(|other| other.currency != rate.currency);
        plan.rates.push(rate.clone());
        plan.rates
            .sort_by(|one, other| one.currency.cmp(&other.currency));
        Ok(rate_answer(plan, &rate))
    }

    pub fn upsert_regional(&mut self, plan: &str, price: &str, sent: Sent) -> Answer {
        let (index, place) = self.price_of(plan, price)?;
        let plan = &self.plans[index];
        let mut price = plan.prices[place].clone();
        let mut seen: Vec<String> = Vec::new();
        let mut faults = Vec::new();
        for (number, row) in sent.rows("overrides").into_iter().enumerate() {
            let currency = row.text("currency").unwrap_or_default().to_lowercase();
            let path = format!("overrides[{number}]");
            if money::minor_digits(&currency).is_none() || seen.contains(&currency) {
                faults.push(Fault::at(format!("{path}.currency")));
                continue;
            }
            seen.push(currency.clone());
            faults.extend(manual_price_faults(plan, row, &path));
            let row = upserted(plan, &price, row, &currency, &path, &mut faults);
            if !row.offer_faults(&price).is_empty() {
                faults.push(Fault::at(format!("{path}.price")));
            }
            price.put_row(row);
        }
        refuse_if_any(faults)?;
        let shown: Vec<Value> = price.regional.iter().map(PriceRow::shown_short).collect();
        let data = json!({"priceId": price.id, "overrides": shown, "object": "plan", "livemode": LIVEMODE});
        self.plans[index].prices[place] = price;
        Ok(data)
    }

    pub fn delete_regional(&mut self, plan: &str, price: &str) -> Answer {
        let (index, place) = self.price_of(plan, price)?;
        self.plans[index].prices[place].regional.clear();
        Ok(json!({"deleted": true, "object": "plan", "livemode": LIVEMODE}))
    }

    pub fn delete_currency(&mut self, plan: &str, currency: &str) -> Answer {
        let index = self.plan_at(plan)?;
        let plan = &mut self.plans[index];
        let currency = currency.to_lowercase();
        let is_other = |other: &str| other != currency;
        let mut had = plan.rates.len();
        plan.rates.retain(|rate| is_other(&rate.currency));
        had -= plan.rates.len();
        for price in &mut plan.prices {
            had += price.regional.len();
            price.regional.retain(|row| is_other(&row.currency));
            had -= price.regional.len();
        }
        for on in &mut plan.features {
            had += on.regional.len();
            on.regional.retain(|row| is_other(&row.currency));
            had -= on.regional.len();
        }
        if had == 0 {
            return Err(Refusal::NotFound("regional_pricing_not_found"));
        }
        Ok(json!({
            "planId": plan.id,
            "currency": currency,
            "deleted": true,
            "object": "plan",
            "livemode": LIVEMODE,
        }))
    }

    pub fn resync_currency(&mut self, plan: &str, currency: &str, sent: Sent) -> Answer {
        let index = self.plan_at(plan)?;
        let currency = currency.to_lowercase();
        if money::minor_digits(&currency).is_none() {
            return Err(Refusal::NotFound("regional_pricing_not_found"));
        }
        let plan = &self.plans[index];
        let is_everything = sent.len() == 0;
        let price_at = |name: &&str| plan.price_at(name);
        let feature_at = |name: &&str| self.feature_on(plan, name);
        let prices = named(&sent.texts("prices"), price_at)?;
        let features = named(&sent.texts("features"), feature_at)?;
        let offers = named(&sent.texts("introOffers"), price_at)?;
        let rate = plan.rates.iter().find(|rate| rate.currency == currency);
        let Some(rate) = rate.cloned() else {
            return Err(Refusal::Invalid(vec![Fault::at(
                choices::REFUSED_BY_RESYNC,
            )]));
        };
        let mut faults = Vec::new();
        for (list, places) in [
            ("prices", &prices),
            ("features", &features),
            ("introOffers", &offers),
        ] {
            let repeats = (0..places.len()).filter(|at| places[..*at].contains(&places[*at]));
            faults.extend(repeats.map(|at| Fault::at(format!("{list}[{at}]"))));
        }
        let fields = if is_everything {
            FIELDS_OF_ALL
        } else {
            FIELDS_OF_RESYNC
        };
        let plan = &mut self.plans[index];
        for (place, price) in plan.prices.iter_mut().enumerate() {
            let Some(mut row) = price.row(&currency).cloned() else {
                continue;
            };
            if is_everything || offers.contains(&place) {
                row.offer = row.offer.filter(|offer| !offer.is_manual);
            }
            if is_everything || prices.contains(&place) {
                row.is_manual = false;
                row.balance_was_sent = false;
            }
            let keeps_balance = row.keeps_balance();
            Deriver::at(&rate, &mut faults).fill(&mut row, keeps_balance, price, fields);
            for _ in row.offer_faults(price) {
                faults.push(Fault::at(fields.price));
            }
            price.put_row(row);
        }
        for (place, on) in plan.features.iter_mut().enumerate() {
            if is_everything || features.contains(&place) {
                on.regional.retain(|row| row.currency != currency);
                derive_overage(&rate, on, fields.price, &mut faults);
            }
        }
        refuse_if_any(faults)?;
        Ok(rate_answer(plan, &rate))
    }

    /// The named objects must exist, and are looked up in the order of the fields.
    fn overrides<'a>(&self, plan: &Plan, sent: Sent<'a>) -> Result<Overrides<'a>, Refusal> {
        let price_at = |row: &Sent| plan.price_at(&row.text("priceId").unwrap_or_default());
        let feature_at =
            |row: &Sent| self.feature_on(plan, &row.text("featureId").unwrap_or_default());
        Ok(Overrides {
            prices: resolved(sent.rows("prices"), price_at)?,
            features: resolved(sent.rows("features"), feature_at)?,
            offers: resolved(sent.rows("introOffers"), price_at)?,
        })
    }

    fn override_faults(&self, plan: &Plan, overrides: &Overrides) -> Vec<Fault> {
        let mut faults = Vec::new();
        for (list, rows) in [
            ("prices", &overrides.prices),
            ("features", &overrides.features),
            ("introOffers", &overrides.offers),
        ] {
            faults.extend(repeats(list, rows));
        }
        for (number, (place, row)) in overrides.prices.iter().enumerate() {
            // For the same price the first row counts.
            if overrides.prices[..number]
                .iter()
                .any(|(other, _)| other == place)
            {
                continue;
            }
            faults.extend(manual_price_faults(
                plan,
                *row,
                &format!("prices[{number}]"),
            ));
        }
        for (number, (place, _)) in overrides.features.iter().enumerate() {
            let on = &plan.features[*place];
            if !choices::takes_overage_override(plan, self.feature_of(on), on) {
                faults.push(Fault::at(format!("features[{number}]*")));
            }
        }
        if !choices::takes_offer_override(plan) {
            let all = (0..overrides.offers.len())
                .map(|number| Fault::at(format!("introOffers[{number}]*")));
            faults.extend(all);
        }
        faults
    }
}

/// Gives every price and feature of the plan its value at the rate. If the rate is invalid, derived
/// values are unknown.
fn apply_rate(
    plan: &mut Plan,
    rate: &Rate,
    is_rate: bool,
    overrides: &Overrides,
    faults: &mut Vec<Fault>,
) {
    for (place, price) in plan.prices.iter_mut().enumerate() {
        let mut row = price
            .row(&rate.currency)
            .cloned()
            .unwrap_or_else(|| PriceRow::empty(&rate.currency));
        row.offer_is_deleted = false;
        let sent_price = row_for(&overrides.prices, place);
        let sent_offer = row_for(&overrides.offers, place);
        if let Some((_, sent)) = sent_price {
            take_price(&mut row, sent);
        }
        if let Some((_, sent)) = sent_offer {
            row.offer = Some(manual_offer(sent));
        }
        if is_rate {
            let keeps_balance = row.keeps_balance();
            Deriver::at(rate, faults).fill(&mut row, keeps_balance, price, FIELDS_OF_RATE);
        } else {
            row.price = if row.is_manual {
                row.price
            } else {
                UNKNOWN_PRICE
            };
            row.offer = row.offer.filter(|offer| offer.is_manual);
        }
        let waits = choices::OFFERS_BEFORE_ANY_KEEP_LIMITS && price.offer.is_none();
        let found = match (&row.offer, sent_offer) {
            (Some(offer), Some(_)) if waits => offer.faults(row.price, &price.interval),
            _ => row.offer_faults(price),
        };
        for fault in found {
            faults.push(Fault::at(match (fault, sent_offer, sent_price) {
                (OfferFault::Value, Some((at, _)), _) => format!("introOffers[{at}].discountValue"),
                (OfferFault::Cycles, Some((at, _)), _) => {
                    format!("introOffers[{at}].durationCycles")
                }
                (_, None, Some((at, _))) => format!("prices[{at}].price"),
                (_, None, None) => choices::REFUSED_BY_RATE.to_owned(),
            }));
        }
        price.put_row(row);
    }
    for (place, on) in plan.features.iter_mut().enumerate() {
        if let Some((_, sent)) = row_for(&overrides.features, place) {
            let unit_price = sent.int("overageUnitPrice").unwrap_or_default();
            on.put_row(OverageRow {
                currency: rate.currency.clone(),
                unit_price,
                is_manual: true,
            });
        }
        if is_rate {
            derive_overage(rate, on, choices::REFUSED_BY_RATE, faults);
        }
    }
}

/// Makes the row manual. An omitted balance stays if it is manual; null derives it again.
fn take_price(row: &mut PriceRow, sent: Sent) {
    row.price = sent.int("price").unwrap_or_default();
    row.is_manual = true;
    if let Some(balance) = sent.int_or_null("includedBalance") {
        row.balance = balance;
        row.balance_was_sent = balance.is_some();
    }
}

fn manual_offer(sent: Sent) -> RegionalOffer {
    RegionalOffer {
        discount: sent.text("discountType").unwrap_or_default(),
        value: sent.int("discountValue").unwrap_or_default(),
        cycles: sent.int("durationCycles").unwrap_or_default(),
        is_manual: true,
    }
}

/// The row of a price in a currency after an override.
fn upserted(
    plan: &Plan,
    price: &Price,
    sent: Sent,
    currency: &str,
    path: &str,
    faults: &mut Vec<Fault>,
) -> PriceRow {
    let before = price.row(currency);
    let rate = plan.rates.iter().find(|rate| rate.currency == currency);
    let mut row = before.cloned().unwrap_or_else(|| PriceRow::empty(currency));
    row.offer_is_deleted = choices::lost_its_offer(before, rate.is_some());
    take_price(&mut row, sent);
    if !row.balance_was_sent {
        row.balance = match (rate, price.balance) {
            (Some(rate), Some(base)) => Deriver::at(rate, faults).amount(base, &format!("{path}*")),
            _ => None,
        };
    }
    row
}

fn rate_answer(plan: &Plan, rate: &Rate) -> Value {
    let (prices, features) = choices::configured(plan, &rate.currency);
    json!({
        "planId": plan.id,
        "currency": rate.currency,
        "exchangeRate": format!("{RATE}{}", rate.digits),
        "pricesConfigured": prices,
        "featuresConfigured": features,
        "object": "plan",
        "livemode": LIVEMODE,
    })
}
