//! Intro offers.

use super::fields::{Field, Fields, Reader};
use super::scalar::switch;
use crate::domain::document::RegionalOfferEntry;
use crate::domain::money::{Amount, Currency, Positive};
use crate::domain::plan_price::{DiscountType, IntroOffer};
use crate::domain::regional::OfferTerms;

/// The word for no offer, and for no price.
pub(super) const NONE: &str = "none";

/// The discount of an offer.
fn discount(
    fields: &Fields<'_>,
    currency: Currency,
    reader: &mut Reader,
) -> Option<(DiscountType, Positive)> {
    let (percent, amount) = (fields.get("percent"), fields.get("amount"));
    match (percent, amount) {
        (Some(percent), None) => {
            let value = percent.discount_percent(reader)?;
            Some((DiscountType::Percentage, value))
        }
        (None, Some(field)) => {
            let value = field.amount(currency, reader).map(Amount::get)?;
            match Positive::new(value) {
                Some(value) => Some((DiscountType::Amount, value)),
                None => {
                    field.mistake(reader, "Must be above 0.");
                    None
                }
            }
        }
        (Some(_), Some(_)) => {
            fields.mistake(
                reader,
                "amount",
                "An offer has `percent` or `amount`, not both.",
            );
            None
        }
        (None, None) => None,
    }
}

/// The offer of a price.
pub(super) fn base(field: &Field<'_>, reader: &mut Reader) -> Option<IntroOffer> {
    let known = ["percent", "amount", "cycles", "enabled", "value", "type"];
    let fields = Fields::of(field.node, field.path.clone(), &known, reader);
    let enabled = switch(&fields, "enabled", true, reader).unwrap_or(true);
    let discount = discount(&fields, Currency::Usd, reader);
    let cycles = fields.get("cycles");
    let duration_cycles = cycles.and_then(|field| field.positive(reader));
    if enabled {
        require_terms(&fields, reader);
        let (discount_type, discount_value) = discount.unzip();
        return Some(IntroOffer {
            enabled,
            discount_type,
            discount_value,
            duration_cycles,
        });
    }
    let value = fields.get("value");
    let value = value.and_then(|field| field.positive(reader));
    let word = fields.get("type");
    let word = word.and_then(|field| field.word(DiscountType::ALL, DiscountType::as_str, reader));
    if (discount.is_some() && (value.is_some() || word.is_some()))
        || (value.is_some() && word.is_some())
    {
        let message = "Of `percent`, `amount`, `value` and `type` an offer has one.";
        field.mistake(reader, message);
    }
    Some(IntroOffer {
        enabled,
        discount_type: discount.map(|(word, _)| word).or(word),
        discount_value: discount.map(|(_, value)| value).or(value),
        duration_cycles,
    })
}

/// An offer that is on has all its terms.
fn require_terms(fields: &Fields<'_>, reader: &mut Reader) {
    for key in ["value", "type"] {
        if fields.get(key).is_some() {
            let message = "Belongs to an offer that is switched off (`enabled: false`).";
            fields.mistake(reader, key, message);
        }
    }
    require_discount(fields, reader);
}

fn require_discount(fields: &Fields<'_>, reader: &mut Reader) {
    if fields.get("percent").is_none() && fields.get("amount").is_none() {
        fields.mistake(reader, "percent", "`percent` or `amount` is required.");
    }
    fields.require("cycles", reader);
}

/// The offer of a price in another currency.
pub(super) fn regional(
    field: &Field<'_>,
    currency: Currency,
    reader: &mut Reader,
) -> RegionalOfferEntry {
    use crate::document::node::Content;
    if matches!(&field.node.content, Content::Plain(text) | Content::Quoted(text) if text == NONE) {
        return RegionalOfferEntry::Absent;
    }
    let known = ["percent", "amount", "cycles"];
    let fields = Fields::of(field.node, field.path.clone(), &known, reader);
    require_discount(&fields, reader);
    let discount = discount(&fields, currency, reader);
    let cycles = fields.get("cycles");
    let cycles = cycles.and_then(|field| field.positive(reader));
    match (discount, cycles) {
        (Some((discount_type, discount_value)), Some(duration_cycles)) => {
            RegionalOfferEntry::Manual(OfferTerms {
                discount_type,
                discount_value,
                duration_cycles,
            })
        }
        _ => RegionalOfferEntry::Derived,
    }
}
