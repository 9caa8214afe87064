//! Prices of plans.

use super::fields::{Field, Fields, Reader};
use super::offer;
use crate::document::node::Entry;
use crate::domain::document::PriceEntry;
use crate::domain::money::{Count, Currency};
use crate::domain::plan_price::{BillingInterval, PriceTerms};

pub(super) fn read(plan: &Fields<'_>, reader: &mut Reader) -> Option<Vec<PriceEntry>> {
    let section = plan.find("prices")?;
    let entries = section.entries(reader).iter();
    let read = entries.filter_map(|entry| price(&section.path, entry, reader));
    Some(read.collect())
}

/// The interval that a key names.
pub(super) fn interval(path: &str, entry: &Entry, reader: &mut Reader) -> Option<BillingInterval> {
    let interval = BillingInterval::from_word(&entry.key);
    if interval.is_none() {
        let words: Vec<_> = BillingInterval::ALL
            .iter()
            .map(|word| word.as_str())
            .collect();
        let message = format!("An interval is one of: {}.", words.join(", "));
        reader.mistake(path, entry.key_at, message);
    }
    interval
}

fn price(path: &str, entry: &Entry, reader: &mut Reader) -> Option<PriceEntry> {
    let path = Field::below(path, entry).path;
    let interval = interval(&path, entry, reader);
    let known = [
        "price",
        "default",
        "trialDays",
        "includedBalance",
        "includedCredits",
        "introOffer",
    ];
    let fields = Fields::of(&entry.value, path, &known, reader);
    let price = fields.require("price", reader);
    let price = price.and_then(|field| field.amount(Currency::Usd, reader));
    let is_default = fields.get("default");
    let is_default = is_default.and_then(|field| field.boolean(reader));
    let trial_days = fields.get("trialDays");
    let trial_days = trial_days.and_then(|field| field.count(reader));
    let balance = fields.get("includedBalance");
    let balance = balance.and_then(|field| field.amount(Currency::Usd, reader));
    let credits = fields.get("includedCredits");
    let credits = credits.and_then(|field| field.count(reader));
    let offer = fields.get("introOffer");
    let offer = offer.and_then(|field| offer::base(&field, reader));
    Some(PriceEntry {
        interval: interval?,
        terms: PriceTerms {
            price: price?,
            trial_days: trial_days.unwrap_or(Count::ZERO),
            included_balance: balance,
            included_credits: credits,
            intro_offer: offer,
        },
        is_default,
    })
}
