//! Regional values: what is derived when, and what stays as it was sent.

use serde_json::{Value, json};

use super::choices;
use super::model::{Answer, LIVEMODE, Model, Offer, Plan, PlanFeature, Price, RATE, Rate};
use super::money::{self, BOUND, Decimal};
use super::prices::largest_discount;
use super::refusal::{Fault, Refusal, refuse_if_any};
use super::schema::Sent;

/// The minor digits of the base currency.
const BASE_DIGITS: i32 = 2;

/// Stands for a price that can't be derived: the call is refused for it, and nothing exceeds it, so
/// that no second fault is made up.
const UNKNOWN_PRICE: i64 = BOUND;

/// A price in one currency.
#[derive(Clone)]
pub struct PriceRow {
    pub currency: String,
    pub price: i64,
    pub is_manual: bool,
    pub balance: Option<i64>,
    /// The wire has one flag for the row; see `choices::BALANCE_FOLLOWS_BESIDE_MANUAL_PRICE`.
    pub balance_was_sent: bool,
    pub offer: Option<RegionalOffer>,
}

/// An intro offer in one currency.
#[derive(Clone)]
pub struct RegionalOffer {
    pub discount: String,
    pub value: i64,
    pub cycles: i64,
    pub is_manual: bool,
}

/// An overage in one currency.
#[derive(Clone)]
pub struct OverageRow {
    pub currency: String,
    pub unit_price: i64,
    pub is_manual: bool,
}

impl PriceRow {
    fn empty(currency: &str) -> Self {
        let currency = currency.to_owned();
        Self {
            currency,
            price: 0,
            is_manual: false,
            balance: None,
            balance_was_sent: false,
            offer: None,
        }
    }

    fn keeps_balance(&self) -> bool {
        self.balance_was_sent || (self.is_manual && !choices::BALANCE_FOLLOWS_BESIDE_MANUAL_PRICE)
    }

    fn keeps_offer(&self) -> bool {
        self.offer.as_ref().is_some_and(|offer| offer.is_manual)
    }

    pub fn shown(&self) -> Value {
        json!({
            "currency": self.currency,
            "price": self.price,
            "includedBalance": self.balance,
            "autoSynced": !self.is_manual,
            "introOffer": self.offer.as_ref().map(RegionalOffer::shown),
        })
    }

    /// The row as `upsert-regional-prices` answers with it.
    fn shown_short(&self) -> Value {
        let mut shown = json!({"currency": self.currency, "price": self.price});
        if let Some(balance) = self.balance {
            shown["includedBalance"] = balance.into();
        }
        shown
    }
}

impl RegionalOffer {
    fn shown(&self) -> Value {
        json!({
            "discountType": self.discount,
            "discountValue": self.value,
            "durationCycles": self.cycles,
            "autoSynced": !self.is_manual,
        })
    }
}

impl OverageRow {
    pub fn shown(&self) -> Value {
        json!({"currency": self.currency, "overageUnitPrice": self.unit_price, "autoSynced": !self.is_manual})
    }
}

impl Price {
    pub fn row(&self, currency: &str) -> Option<&PriceRow> {
        self.regional.iter().find(|row| row.currency == currency)
    }

    fn put_row(&mut self, row: PriceRow) {
        self.regional.retain(|other| other.currency != row.currency);
        self.regional.push(row);
        self.regional
            .sort_by(|one, other| one.currency.cmp(&other.currency));
    }
}

impl PlanFeature {
    pub fn row(&self, currency: &str) -> Option<&OverageRow> {
        self.regional.iter().find(|row| row.currency == currency)
    }

    fn put_row(&mut self, row: OverageRow) {
        self.regional.retain(|other| other.currency != row.currency);
        self.regional.push(row);
        self.regional
            .sort_by(|one, other| one.currency.cmp(&other.currency));
    }
}

/// Derives values at one rate and notes what is refused.
struct Deriver<'a> {
    rate: Decimal,
    digits: i32,
    faults: &'a mut Vec<Fault>,
}

impl<'a> Deriver<'a> {
    fn at(rate: &Rate, faults: &'a mut Vec<Fault>) -> Self {
        let digits = money::minor_digits(&rate.currency).expect("a rate has a known currency");
        let rate = Decimal::parse(&rate.digits).expect("a stored rate is a number");
        Self {
            rate,
            digits,
            faults,
        }
    }

    /// An amount in minor units.
    fn amount(&mut self, base: i64, field: &str) -> Option<i64> {
        self.shifted(base, self.digits - BASE_DIGITS, field)
    }

    /// A unit price: its scale is the same in every currency.
    fn unit_price(&mut self, base: i64, field: &str) -> Option<i64> {
        self.shifted(base, 0, field)
    }

    fn shifted(&mut self, base: i64, shift: i32, field: &str) -> Option<i64> {
        let value = money::derived(base, self.rate, shift);
        if value.is_none() {
            self.faults.push(Fault::of_derived(field));
        }
        value
    }

    /// What an enabled offer is in the currency; an incomplete one is refused elsewhere.
    fn offer(&mut self, offer: Option<&Offer>, field: &str) -> Option<RegionalOffer> {
        let Offer {
            discount: Some(discount),
            value: Some(value),
            cycles: Some(cycles),
            enabled: true,
        } = offer?
        else {
            return None;
        };
        let value = if discount == "amount" {
            self.amount(*value, field)?
        } else {
            *value
        };
        Some(RegionalOffer {
            discount: discount.clone(),
            value,
            cycles: *cycles,
            is_manual: false,
        })
    }

    /// Derives all of a row but what is manual.
    fn fill(&mut self, row: &mut PriceRow, keeps_balance: bool, base: &Price, fields: Fields) {
        if !row.is_manual {
            row.price = self
                .amount(base.amount, fields.price)
                .unwrap_or(UNKNOWN_PRICE);
        }
        if !keeps_balance {
            row.balance = base
                .balance
                .and_then(|balance| self.amount(balance, fields.balance));
        }
        if !row.keeps_offer() {
            row.offer = self.offer(base.offer.as_ref(), fields.offer);
        }
    }
}

/// The fields to name when a value can't be derived.
#[derive(Clone, Copy)]
struct Fields {
    price: &'static str,
    balance: &'static str,
    offer: &'static str,
}

const FIELDS_OF_BASE: Fields = Fields {
    price: "price",
    balance: "includedBalance",
    offer: "introOffer*",
};
const FIELDS_OF_RATE: Fields = Fields {
    price: choices::REFUSED_BY_RATE,
    balance: choices::REFUSED_BY_RATE,
    offer: choices::REFUSED_BY_RATE,
};

/// A price that comes to a plan with rates has its values in all of them.
pub fn derive_new_price(plan: &Plan, price: &mut Price, faults: &mut Vec<Fault>) {
    for rate in &plan.rates {
        let mut row = PriceRow::empty(&rate.currency);
        Deriver::at(rate, faults).fill(&mut row, false, price, FIELDS_OF_BASE);
        price.put_row(row);
    }
}

/// Derived values follow what changed at the base. Rows that were deleted don't come back by it.
pub fn follow_price(plan: &Plan, before: &Price, price: &mut Price, faults: &mut Vec<Fault>) {
    for rate in &plan.rates {
        let Some(mut row) = price.row(&rate.currency).cloned() else {
            continue;
        };
        let mut deriver = Deriver::at(rate, faults);
        if before.amount != price.amount && !row.is_manual {
            row.price = deriver
                .amount(price.amount, "price")
                .unwrap_or(UNKNOWN_PRICE);
        }
        if before.balance != price.balance && !row.keeps_balance() {
            row.balance = price
                .balance
                .and_then(|base| deriver.amount(base, "includedBalance"));
        }
        if before.offer != price.offer && !row.keeps_offer() {
            row.offer = deriver.offer(price.offer.as_ref(), "introOffer*");
        }
        price.put_row(row);
    }
}

/// Derived overages follow the base, come with the overage and go with it.
pub fn follow_overage(plan: &Plan, on: &mut PlanFeature, faults: &mut Vec<Fault>) {
    for rate in &plan.rates {
        derive_overage(rate, on, "overage*", faults);
    }
}

fn derive_overage(rate: &Rate, on: &mut PlanFeature, field: &str, faults: &mut Vec<Fault>) {
    let currency = &rate.currency;
    if on.row(currency).is_some_and(|row| row.is_manual) {
        return;
    }
    on.regional.retain(|row| row.currency != *currency);
    if on.overage {
        let unit_price = Deriver::at(rate, faults)
            .unit_price(on.unit_price, field)
            .unwrap_or(0);
        on.put_row(OverageRow {
            currency: currency.clone(),
            unit_price,
            is_manual: false,
        });
    }
}

impl Model {
    pub fn set_regional(&mut self, plan: &str, sent: Sent) -> Answer {
        let index = self.plan_at(plan)?;
        let overrides = self.overrides(&self.plans[index], sent)?;
        let rate = Rate {
            currency: sent.text("currency").unwrap_or_default(),
            digits: sent.digits("exchangeRate").unwrap_or_default(),
        };
        let mut faults = self.override_faults(&self.plans[index], &overrides);
        let plan = &mut self.plans[index];
        if Decimal::parse(&rate.digits)
            .is_none_or(|number| number.significant_digits() > choices::RATE_DIGITS)
        {
            faults.push(Fault::at("exchangeRate"));
            faults.extend(offer_faults_without_rate(plan, &rate, &overrides));
        } else {
            apply_rate(plan, &rate, &overrides, &mut faults);
        }
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
            let repeats = seen.contains(&currency);
            seen.push(currency.clone());
            let path = format!("overrides[{number}]");
            if money::minor_digits(&currency).is_none() || repeats {
                faults.push(Fault::at(format!("{path}.currency")));
            }
            faults.extend(manual_price_faults(plan, row, &path));
            let row = upserted(plan, &price, row, &currency, &path, &mut faults);
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

    /// What the request names must exist, and is looked for in the order of its fields.
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
        for (number, (_, row)) in overrides.prices.iter().enumerate() {
            faults.extend(manual_price_faults(
                plan,
                *row,
                &format!("prices[{number}]"),
            ));
        }
        for (number, (place, _)) in overrides.features.iter().enumerate() {
            if !choices::takes_overage_override(self.feature_of(&plan.features[*place])) {
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

/// Rows of a request, each with the place of what it names on the plan.
type Resolved<'a> = Vec<(usize, Sent<'a>)>;

struct Overrides<'a> {
    prices: Resolved<'a>,
    features: Resolved<'a>,
    offers: Resolved<'a>,
}

fn resolved<'a>(
    rows: Vec<Sent<'a>>,
    place: impl Fn(&Sent) -> Result<usize, Refusal>,
) -> Result<Resolved<'a>, Refusal> {
    rows.into_iter()
        .map(|row| Ok((place(&row)?, row)))
        .collect()
}

/// The last row for a place, with its number in the request.
fn row_for<'a>(rows: &Resolved<'a>, place: usize) -> Option<(usize, Sent<'a>)> {
    let found = rows
        .iter()
        .enumerate()
        .rev()
        .find(|(_, (named, _))| *named == place)?;
    Some((found.0, found.1.1))
}

fn repeats(list: &str, rows: &Resolved) -> Vec<Fault> {
    let is_repeat = |number: &usize| {
        let (place, _) = rows[*number];
        choices::REPEATED_OVERRIDES_ARE_REFUSED
            && rows[..*number].iter().any(|(earlier, _)| *earlier == place)
    };
    (0..rows.len())
        .filter(is_repeat)
        .map(|number| Fault::at(format!("{list}[{number}]*")))
        .collect()
}

fn manual_price_faults(plan: &Plan, row: Sent, path: &str) -> Vec<Fault> {
    let mut faults = Vec::new();
    if choices::FREE_IN_EVERY_CURRENCY && plan.is_free && row.int("price") > Some(0) {
        faults.push(Fault::at(format!("{path}.price")));
    }
    if plan.consumption != "balance" && row.int("includedBalance").is_some() {
        faults.push(Fault::at(format!("{path}.includedBalance")));
    }
    faults
}

/// Gives every price and feature of the plan its value at the rate.
fn apply_rate(plan: &mut Plan, rate: &Rate, overrides: &Overrides, faults: &mut Vec<Fault>) {
    for (place, price) in plan.prices.iter_mut().enumerate() {
        let mut row = price
            .row(&rate.currency)
            .cloned()
            .unwrap_or_else(|| PriceRow::empty(&rate.currency));
        let mut keeps_balance = row.keeps_balance();
        if let Some((_, sent)) = row_for(&overrides.prices, place) {
            take_price(&mut row, sent);
            keeps_balance = row.balance_was_sent;
        }
        if let Some((_, sent)) = row_for(&overrides.offers, place) {
            row.offer = Some(manual_offer(sent));
        }
        Deriver::at(rate, faults).fill(&mut row, keeps_balance, price, FIELDS_OF_RATE);
        faults.extend(offer_faults(overrides, place, row.price));
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
        derive_overage(rate, on, choices::REFUSED_BY_RATE, faults);
    }
}

/// Makes the row manual; the balance too, where the request has one.
fn take_price(row: &mut PriceRow, sent: Sent) {
    row.price = sent.int("price").unwrap_or_default();
    row.balance = sent.int("includedBalance");
    row.balance_was_sent = row.balance.is_some();
    row.is_manual = true;
}

fn manual_offer(sent: Sent) -> RegionalOffer {
    RegionalOffer {
        discount: sent.text("discountType").unwrap_or_default(),
        value: sent.int("discountValue").unwrap_or_default(),
        cycles: sent.int("durationCycles").unwrap_or_default(),
        is_manual: true,
    }
}

/// Every offer sent for the price at this place is held to what the price is in the currency.
fn offer_faults(overrides: &Overrides, place: usize, price: i64) -> Vec<Fault> {
    let sent = overrides.offers.iter().enumerate();
    sent.filter(|(_, (of, _))| *of == place)
        .filter_map(|(number, (_, sent))| manual_offer_fault(*sent, price, number))
        .collect()
}

/// Without a rate only manual prices are known; offers for others are held to the bound.
fn offer_faults_without_rate(plan: &Plan, rate: &Rate, overrides: &Overrides) -> Vec<Fault> {
    let known = |place: usize, price: &Price| match row_for(&overrides.prices, place) {
        Some((_, sent)) => sent.int("price").unwrap_or_default(),
        None => price
            .row(&rate.currency)
            .filter(|row| row.is_manual)
            .map_or(BOUND, |row| row.price),
    };
    let prices = plan.prices.iter().enumerate();
    prices
        .flat_map(|(place, price)| offer_faults(overrides, place, known(place, price)))
        .collect()
}

fn manual_offer_fault(sent: Sent, price: i64, number: usize) -> Option<Fault> {
    let offer = manual_offer(sent);
    let price = if choices::REGIONAL_OFFER_WITHIN_REGIONAL_PRICE {
        price
    } else {
        BOUND
    };
    let exceeds = offer.value > largest_discount(&offer.discount, price);
    exceeds.then(|| Fault::at(format!("introOffers[{number}].discountValue")))
}

/// The row that an override makes of what the price has in the currency.
fn upserted(
    plan: &Plan,
    price: &Price,
    sent: Sent,
    currency: &str,
    path: &str,
    faults: &mut Vec<Fault>,
) -> PriceRow {
    let mut row = PriceRow::empty(currency);
    row.offer = choices::offer_beside_upserted(price.row(currency));
    take_price(&mut row, sent);
    let rate = plan.rates.iter().find(|rate| rate.currency == currency);
    if let (None, Some(rate), Some(base)) = (row.balance, rate, price.balance) {
        row.balance = Deriver::at(rate, faults).amount(base, &format!("{path}*"));
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
