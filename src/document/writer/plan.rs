//! Plans as trees.

use serde_json::Value;

use super::{Fields, map, number, patch, text};
use crate::document::tree::Tree;
use crate::domain::document::{
    PlanEntry, PlanFeatureEntry, PriceEntry, RegionalEntry, RegionalOfferEntry, RegionalPriceEntry,
};
use crate::domain::money::{Amount, Count, Currency, Positive};
use crate::domain::plan_feature::{Overage, PlanFeatureSettings, PricingMode};
use crate::domain::plan_price::{BillingInterval, DiscountType, IntroOffer, PriceTerms};
use crate::domain::regional::OfferTerms;
use crate::domain::text::Metadata;

pub(super) fn plan(entry: &PlanEntry) -> (String, Tree) {
    let PlanEntry {
        code,
        name,
        description,
        consumption_model,
        is_public,
        is_free,
        block_on_exhaustion,
        metadata,
        is_default,
        features,
        prices,
        regional,
    } = entry;
    let model = consumption_model.map(|model| text(model.as_str()));
    let mut fields = Fields::default();
    fields
        .add("name", Some(text(name.as_str())))
        .add("description", patch(description, |it| text(it.as_str())))
        .add("consumptionModel", model)
        .add("public", is_public.map(Tree::Bool))
        .add("free", is_free.map(Tree::Bool))
        .add(
            "blockOnExhaustion",
            patch(block_on_exhaustion, |block| Tree::Bool(*block)),
        )
        .add("metadata", patch(metadata, metadata_tree))
        .add("default", is_default.map(Tree::Bool))
        .add("features", features.as_deref().map(|all| map(all, feature)))
        .add("prices", prices.as_deref().map(|all| map(all, price)))
        .add(
            "regional",
            regional.as_deref().map(|all| map(all, currency)),
        );
    (code.as_str().to_owned(), fields.into_tree())
}

fn metadata_tree(metadata: &Metadata) -> Tree {
    // What is stored was read as JSON.
    serde_json::from_str(metadata.as_json()).map_or(Tree::Null, |value| json(&value))
}

fn json(value: &Value) -> Tree {
    match value {
        Value::Null => Tree::Null,
        Value::Bool(value) => Tree::Bool(*value),
        Value::Number(number) => Tree::Number(number.as_str().to_owned()),
        Value::String(string) => text(string),
        Value::Array(items) => Tree::List(items.iter().map(json).collect()),
        Value::Object(object) => {
            let entries = object.iter();
            Tree::Map(
                entries
                    .map(|(key, value)| (key.clone(), json(value)))
                    .collect(),
            )
        }
    }
}

fn feature(entry: &PlanFeatureEntry) -> (String, Tree) {
    let PlanFeatureEntry {
        code,
        settings,
        is_switch,
    } = entry;
    let switched = PlanFeatureSettings {
        enabled: settings.enabled,
        ..PlanFeatureSettings::DEFAULT
    };
    let tree = match *is_switch && *settings == switched {
        true => Tree::Bool(settings.enabled),
        false => settings_tree(settings),
    };
    (code.as_str().to_owned(), tree)
}

fn settings_tree(settings: &PlanFeatureSettings) -> Tree {
    let PlanFeatureSettings {
        enabled,
        included_amount,
        unlimited,
        overage,
        credits_per_unit,
        pricing_mode,
        margin,
    } = settings;
    let mode = Some(*pricing_mode).filter(|mode| *mode != PricingMode::Fixed);
    let mut fields = Fields::default();
    fields
        .add("enabled", (!enabled).then_some(Tree::Bool(false)))
        .add("included", count(*included_amount))
        .add("unlimited", unlimited.then_some(Tree::Bool(true)))
        .add("overage", overage_tree(overage))
        .add(
            "creditsPerUnit",
            credits_per_unit.map(|it| number(it.get())),
        )
        .add("pricingMode", mode.map(|mode| text(mode.as_str())))
        .add("margin", margin.map(|it| Tree::Quoted(it.to_percent())));
    fields.into_tree()
}

fn count(count: Count) -> Option<Tree> {
    (count != Count::ZERO).then(|| number(count.get()))
}

fn overage_tree(overage: &Overage) -> Option<Tree> {
    let price = Tree::Quoted(overage.unit_price.to_major_units());
    match (overage.enabled, overage.unit_price.get()) {
        (true, _) => Some(price),
        (false, 0) => None,
        (false, _) => {
            let mut fields = Fields::default();
            fields
                .add("price", Some(price))
                .add("enabled", Some(Tree::Bool(false)));
            Some(fields.into_tree())
        }
    }
}

fn money(amount: Amount, currency: Currency) -> Tree {
    Tree::Quoted(amount.to_major_units(currency))
}

fn price(entry: &PriceEntry) -> (String, Tree) {
    let PriceEntry {
        interval,
        terms,
        is_default,
    } = entry;
    let PriceTerms {
        price,
        trial_days,
        included_balance,
        included_credits,
        intro_offer,
    } = terms;
    let balance = included_balance.map(|balance| money(balance, Currency::Usd));
    let mut fields = Fields::default();
    fields
        .add("price", Some(money(*price, Currency::Usd)))
        .add("default", is_default.map(Tree::Bool))
        .add("trialDays", count(*trial_days))
        .add("includedBalance", balance)
        .add(
            "includedCredits",
            included_credits.map(|it| number(it.get())),
        )
        .add("introOffer", intro_offer.as_ref().map(offer));
    (interval.as_str().to_owned(), fields.into_tree())
}

/// The key and the value of a discount.
fn discount(discount_type: DiscountType, value: Positive, currency: Currency) -> (String, Tree) {
    match discount_type {
        DiscountType::Percentage => ("percent".to_owned(), Tree::Quoted(value.to_percent())),
        DiscountType::Amount => ("amount".to_owned(), money(value.into(), currency)),
    }
}

fn offer(offer: &IntroOffer) -> Tree {
    let IntroOffer {
        enabled,
        discount_type,
        discount_value,
        duration_cycles,
    } = offer;
    let mut fields = Fields::default();
    match (discount_type, discount_value) {
        (Some(word), Some(value)) => fields.0.push(discount(*word, *value, Currency::Usd)),
        (None, Some(value)) => fields.0.push(("value".to_owned(), number(value.get()))),
        (Some(word), None) => fields.0.push(("type".to_owned(), text(word.as_str()))),
        (None, None) => {}
    }
    fields
        .add("cycles", duration_cycles.map(|cycles| number(cycles.get())))
        .add("enabled", (!enabled).then_some(Tree::Bool(false)));
    fields.into_tree()
}

fn currency(entry: &RegionalEntry) -> (String, Tree) {
    let RegionalEntry {
        currency,
        rate,
        prices,
        features,
    } = entry;
    let price = |(interval, price): &(BillingInterval, RegionalPriceEntry)| {
        let tree = regional_price(price, *currency);
        (interval.as_str().to_owned(), tree)
    };
    let mut fields = Fields::default();
    fields
        .add(
            "rate",
            rate.as_ref().map(|it| Tree::Quoted(it.as_str().to_owned())),
        )
        .add("prices", (!prices.is_empty()).then(|| map(prices, price)));
    if !features.is_empty() {
        let overage = map(features, |(code, price)| {
            let tree = Tree::Quoted(price.to_major_units());
            (code.as_str().to_owned(), tree)
        });
        fields.add("features", Some(overage));
    }
    (currency.as_str().to_owned(), fields.into_tree())
}

fn regional_price(entry: &RegionalPriceEntry, currency: Currency) -> Tree {
    let none = || text("none");
    let RegionalPriceEntry::Present {
        price,
        balance,
        offer,
    } = entry
    else {
        return none();
    };
    let price = price.map(|price| money(price, currency));
    let balance = balance.map(|balance| money(balance, currency));
    let offer = match offer {
        RegionalOfferEntry::Derived => None,
        RegionalOfferEntry::Absent => Some(none()),
        RegionalOfferEntry::Manual(terms) => Some(regional_offer(terms, currency)),
    };
    match (price, balance, offer) {
        (Some(price), None, None) => price,
        (price, balance, offer) => {
            let mut fields = Fields::default();
            fields
                .add("price", price)
                .add("includedBalance", balance)
                .add("introOffer", offer);
            fields.into_tree()
        }
    }
}

fn regional_offer(terms: &OfferTerms, currency: Currency) -> Tree {
    let OfferTerms {
        discount_type,
        discount_value,
        duration_cycles,
    } = terms;
    let mut fields = Fields::default();
    fields
        .0
        .push(discount(*discount_type, *discount_value, currency));
    fields.add("cycles", Some(number(duration_cycles.get())));
    fields.into_tree()
}
