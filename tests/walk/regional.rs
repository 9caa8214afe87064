//! Regional values: what is derived when, and what stays as it was sent.

use serde_json::{Value, json};

use super::choices;
use super::model::{Answer, LIVEMODE, Model, Offer, Plan, PlanFeature, Price, RATE, Rate};
use super::money::{self, BOUND, Decimal};
use super::prices::{largest_discount, most_cycles};
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
    /// Kept also while the price makes no offer, and then not shown, if it is manual.
    pub offer: Option<RegionalOffer>,
    /// Whether the offer was deleted, so that only the rate brings it back.
    pub offer_is_deleted: bool,
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
            offer_is_deleted: false,
        }
    }

    fn keeps_balance(&self) -> bool {
        self.balance_was_sent || (self.is_manual && !choices::BALANCE_FOLLOWS_BESIDE_MANUAL_PRICE)
    }

    fn keeps_offer(&self) -> bool {
        self.offer_is_deleted || self.offer.as_ref().is_some_and(|offer| offer.is_manual)
    }

    /// Whether the offer is more than the price, or longer than the interval lets it be, and which.
    /// Where both are derived the offer is as good as at the base.
    fn offer_faults(&self, base: &Price) -> Vec<OfferFault> {
        match &self.offer {
            Some(offer) if base.makes_offer() && (offer.is_manual || self.is_manual) => {
                offer.faults(self.price, &base.interval)
            }
            _ => Vec::new(),
        }
    }

    pub fn shown(&self, base: &Price) -> Value {
        let offer = self.offer.as_ref().filter(|_| base.makes_offer());
        json!({
            "currency": self.currency,
            "price": self.price,
            "includedBalance": self.balance,
            "autoSynced": !self.is_manual,
            "introOffer": offer.map(RegionalOffer::shown),
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

/// What can be wrong with an offer in a currency.
#[derive(Clone, Copy, PartialEq, Eq)]
enum OfferFault {
    Value,
    Cycles,
}

impl RegionalOffer {
    fn faults(&self, price: i64, interval: &str) -> Vec<OfferFault> {
        let is_large = self.value > largest_discount(&self.discount, price);
        let is_long = self.is_manual && self.cycles > most_cycles(interval);
        let faults = [(is_large, OfferFault::Value), (is_long, OfferFault::Cycles)];
        let faults = faults.into_iter().filter(|(is_wrong, _)| *is_wrong);
        faults.map(|(_, fault)| fault).collect()
    }

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
    fn makes_offer(&self) -> bool {
        self.offer.as_ref().is_some_and(|offer| offer.enabled)
    }

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
const FIELDS_OF_RESYNC: Fields = Fields {
    price: ANY_FIELD,
    balance: ANY_FIELD,
    offer: ANY_FIELD,
};
const FIELDS_OF_ALL: Fields = Fields {
    price: choices::REFUSED_BY_RESYNC,
    balance: choices::REFUSED_BY_RESYNC,
    offer: choices::REFUSED_BY_RESYNC,
};
/// A resync blames one of the items that it names.
const ANY_FIELD: &str = "*";
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
    // Also where there is no rate, and so nothing that follows.
    for row in &price.regional {
        for fault in row.offer_faults(price) {
            faults.push(blamed_on_change(row, fault, before));
        }
    }
}

/// A manual offer stays as it is: the price beside it moved, or it came in sight. A derived one was
/// changed at the base.
fn blamed_on_change(row: &PriceRow, fault: OfferFault, before: &Price) -> Fault {
    let is_manual = row.offer.as_ref().is_some_and(|offer| offer.is_manual);
    match (is_manual, fault) {
        (true, OfferFault::Value) if before.makes_offer() => Fault::at("price"),
        (true, _) => Fault::at("introOffer.enabled"),
        (false, _) => Fault::between(&[
            "introOffer.discountValue",
            "introOffer.discountType",
            "introOffer.enabled",
        ]),
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
        for (number, (place, row)) in overrides.prices.iter().enumerate() {
            // Of those for the same price the first counts.
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

/// The places of what a list names.
fn named(
    names: &[&str],
    place: impl Fn(&&str) -> Result<usize, Refusal>,
) -> Result<Vec<usize>, Refusal> {
    names.iter().map(place).collect()
}

/// The first row for a place, with its number in the request.
fn row_for<'a>(rows: &Resolved<'a>, place: usize) -> Option<(usize, Sent<'a>)> {
    let found = rows
        .iter()
        .enumerate()
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

/// Gives every price and feature of the plan its value at the rate. With a rate that is none, what
/// is derived is not known.
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

/// Makes the row manual. A balance that is not sent stays if it is manual; null lets it be derived.
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

/// The row that an override makes of what the price has in the currency.
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
