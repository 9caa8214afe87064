//! Prices in other currencies.

use std::collections::{BTreeMap, HashMap};

use super::owner::Owner;
use crate::domain::Result;
use crate::domain::money::{Amount, Currency, Positive};
use crate::domain::plan_price::{DiscountType, PlanPrice};
use crate::domain::regional::{OfferTerms, RegionalOffer, RegionalPrice};
use crate::store::tables::diff::Keyed;
use crate::store::tables::plan::entity::regional_price::{Column, Model};
use crate::store::tables::row::Word;

/// By the id of the price.
pub(super) type RegionalPrices = HashMap<String, BTreeMap<Currency, RegionalPrice>>;

/// The values that the rows hold.
pub(super) fn by_price(rows: Vec<Model>) -> Result<RegionalPrices> {
    let mut prices = RegionalPrices::new();
    for row in rows {
        let currency = Currency::from_column(&row.currency)?;
        let price_id = row.price_id.clone();
        prices
            .entry(price_id)
            .or_default()
            .insert(currency, from_row(row)?);
    }
    Ok(prices)
}

fn from_row(row: Model) -> Result<RegionalPrice> {
    let Model {
        scope_id: _,
        plan_id: _,
        price_id: _,
        currency: _,
        price,
        auto_synced,
        included_balance,
        balance_auto_synced,
        intro_offer_discount_type,
        intro_offer_discount_value,
        intro_offer_duration_cycles,
        intro_offer_auto_synced,
    } = row;
    let terms = match (
        intro_offer_discount_type,
        intro_offer_discount_value,
        intro_offer_duration_cycles,
    ) {
        (Some(discount_type), Some(value), Some(cycles)) => Some(OfferTerms {
            discount_type: DiscountType::from_column(&discount_type)?,
            discount_value: Positive::from_row(value),
            duration_cycles: Positive::from_row(cycles),
        }),
        _ => None,
    };
    // An offer that is not derived and has no terms was deleted.
    let intro_offer = match (intro_offer_auto_synced, terms) {
        (Some(false), Some(terms)) => RegionalOffer::Manual(terms),
        (Some(false), None) => RegionalOffer::Deleted,
        (Some(true) | None, terms) => RegionalOffer::Derived(terms),
    };
    Ok(RegionalPrice {
        price: Amount::from_row(price),
        auto_synced,
        included_balance: included_balance.map(Amount::from_row),
        balance_auto_synced,
        intro_offer,
    })
}

/// The rows of a price, one a currency.
pub(super) fn to_rows(owner: Owner<'_>, item: &PlanPrice) -> Vec<Model> {
    let row = |(currency, regional): (&Currency, &RegionalPrice)| {
        let RegionalPrice {
            price,
            auto_synced,
            included_balance,
            balance_auto_synced,
            intro_offer,
        } = regional;
        let (offer, is_derived) = match intro_offer {
            RegionalOffer::Derived(terms) => (terms.as_ref(), terms.map(|_| true)),
            RegionalOffer::Manual(terms) => (Some(terms), Some(false)),
            RegionalOffer::Deleted => (None, Some(false)),
        };
        Model {
            scope_id: owner.scope_id.to_owned(),
            plan_id: owner.plan_id.to_owned(),
            price_id: item.id.as_str().to_owned(),
            currency: currency.as_str().to_owned(),
            price: price.get(),
            auto_synced: *auto_synced,
            included_balance: included_balance.map(Amount::get),
            balance_auto_synced: *balance_auto_synced,
            intro_offer_discount_type: offer.map(|offer| offer.discount_type.as_str().to_owned()),
            intro_offer_discount_value: offer.map(|offer| offer.discount_value.get()),
            intro_offer_duration_cycles: offer.map(|offer| offer.duration_cycles.get()),
            intro_offer_auto_synced: is_derived,
        }
    };
    item.regional.iter().map(row).collect()
}

impl Keyed for Model {
    type Key = (String, String);

    fn key(&self) -> Self::Key {
        (self.price_id.clone(), self.currency.clone())
    }

    fn is_fixed(column: &Column) -> bool {
        matches!(
            column,
            Column::ScopeId | Column::PlanId | Column::PriceId | Column::Currency
        )
    }
}
