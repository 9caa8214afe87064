//! Prices of plans in other currencies.

use super::fields::{Field, Fields, Reader, is_null};
use super::offer::{self, NONE};
use super::price::interval;
use super::scalar::{code, no_code};
use crate::document::node::{Content, Entry};
use crate::domain::document::{RegionalEntry, RegionalOfferEntry, RegionalPriceEntry};
use crate::domain::money::{Currency, UnitPrice};
use crate::domain::plan_price::BillingInterval;
use crate::domain::text::Code;

/// The word for a value that is derived.
const DERIVED: &str = "derived";

pub(super) fn read(plan: &Fields<'_>, reader: &mut Reader) -> Option<Vec<RegionalEntry>> {
    let section = plan.find("regional")?;
    let mut read: Vec<RegionalEntry> = Vec::new();
    for entry in section.entries(reader) {
        let Some(regional) = currency(&section.path, entry, reader) else {
            continue;
        };
        if read.iter().any(|known| known.currency == regional.currency) {
            let path = Field::below(&section.path, entry).path;
            reader.mistake(&path, entry.key_at, "Names a currency twice.");
        }
        read.push(regional);
    }
    Some(read)
}

fn currency(path: &str, entry: &Entry, reader: &mut Reader) -> Option<RegionalEntry> {
    let path = Field::below(path, entry).path;
    let currency = Currency::parse(&entry.key);
    if currency.is_none() {
        reader.mistake(&path, entry.key_at, "Is not a supported currency.");
    }
    let known = ["rate", "prices", "features"];
    let fields = Fields::of(&entry.value, path, &known, reader);
    let currency = currency?;
    let rate = fields.get("rate");
    let rate = rate.and_then(|field| field.rate(reader));
    Some(RegionalEntry {
        currency,
        rate,
        prices: prices(&fields, currency, reader),
        features: features(&fields, reader),
    })
}

fn prices(
    regional: &Fields<'_>,
    currency: Currency,
    reader: &mut Reader,
) -> Vec<(BillingInterval, RegionalPriceEntry)> {
    let Some(section) = regional.find("prices") else {
        return Vec::new();
    };
    let entries = section.entries(reader).iter();
    let entries = entries.filter_map(|entry| {
        let field = Field::below(&section.path, entry);
        let interval = interval(&field.path, entry, reader);
        let price = price(&field, currency, reader);
        Some((interval?, price?))
    });
    entries.collect()
}

fn price(field: &Field<'_>, currency: Currency, reader: &mut Reader) -> Option<RegionalPriceEntry> {
    match &field.node.content {
        _ if is_null(field.node) => Some(RegionalPriceEntry::DERIVED),
        Content::Plain(text) | Content::Quoted(text) if text == NONE => {
            Some(RegionalPriceEntry::Absent)
        }
        Content::Map(_) => Some(values(field, currency, reader)),
        Content::Plain(_) | Content::Quoted(_) | Content::List(_) => {
            Some(RegionalPriceEntry::Present {
                price: Some(field.amount(currency, reader)?),
                balance: None,
                offer: RegionalOfferEntry::Derived,
            })
        }
    }
}

fn values(field: &Field<'_>, currency: Currency, reader: &mut Reader) -> RegionalPriceEntry {
    let known = ["price", "includedBalance", "introOffer"];
    let fields = Fields::of(field.node, field.path.clone(), &known, reader);
    let price = fields.get("price");
    let price = price.and_then(|field| field.amount(currency, reader));
    let balance = fields.get("includedBalance");
    let balance = balance.and_then(|field| field.amount(currency, reader));
    let offer = fields.get("introOffer");
    RegionalPriceEntry::Present {
        price,
        balance,
        offer: offer.map_or(RegionalOfferEntry::Derived, |field| {
            offer::regional(&field, currency, reader)
        }),
    }
}

fn features(regional: &Fields<'_>, reader: &mut Reader) -> Vec<(Code, UnitPrice)> {
    let Some(section) = regional.find("features") else {
        return Vec::new();
    };
    let entries = section.entries(reader).iter();
    let entries = entries.filter_map(|entry| {
        let field = Field::below(&section.path, entry);
        let code = code(&entry.key);
        if code.is_none() {
            reader.mistake(&field.path, entry.key_at, no_code());
        }
        match &field.node.content {
            _ if is_null(field.node) => None,
            Content::Plain(text) | Content::Quoted(text) if text == DERIVED => None,
            _ => Some((code?, field.unit_price(reader)?)),
        }
    });
    entries.collect()
}
