//! Prices of plans.

use std::collections::BTreeMap;

use super::owner::Owner;
use crate::domain::Result;
use crate::domain::id::PriceId;
use crate::domain::money::{Amount, Count, Currency, Positive};
use crate::domain::plan_price::{BillingInterval, DiscountType, IntroOffer, PlanPrice, PriceTerms};
use crate::domain::regional::RegionalPrice;
use crate::domain::timestamp::Timestamp;
use crate::store::tables::diff::Keyed;
use crate::store::tables::plan::entity::plan_price::{Column, Model};
use crate::store::tables::row::Word;

/// A price with its values in other currencies.
pub(super) fn from_row(
    row: Model,
    regional: BTreeMap<Currency, RegionalPrice>,
) -> Result<PlanPrice> {
    let Model {
        scope_id: _,
        plan_id: _,
        id,
        billing_interval,
        price,
        is_default,
        trial_days,
        included_balance,
        included_credits,
        intro_offer_enabled,
        intro_offer_discount_type,
        intro_offer_discount_value,
        intro_offer_duration_cycles,
        position,
        created_at,
        updated_at,
    } = row;
    let discount_type = intro_offer_discount_type
        .as_deref()
        .map(DiscountType::from_column);
    let discount_type = discount_type.transpose()?;
    let intro_offer = intro_offer_enabled.map(|enabled| IntroOffer {
        enabled,
        discount_type,
        discount_value: intro_offer_discount_value.map(Positive::from_row),
        duration_cycles: intro_offer_duration_cycles.map(Positive::from_row),
    });
    Ok(PlanPrice {
        id: PriceId::from_row(id),
        billing_interval: BillingInterval::from_column(&billing_interval)?,
        terms: PriceTerms {
            price: Amount::from_row(price),
            trial_days: Count::from_row(trial_days),
            included_balance: included_balance.map(Amount::from_row),
            included_credits: included_credits.map(Count::from_row),
            intro_offer,
        },
        is_default,
        position,
        created_at: Timestamp::from_millis(created_at),
        updated_at: Timestamp::from_millis(updated_at),
        regional,
    })
}

pub(super) fn to_row(owner: Owner<'_>, price: &PlanPrice) -> Model {
    let PlanPrice {
        id,
        billing_interval,
        terms,
        is_default,
        position,
        created_at,
        updated_at,
        regional: _,
    } = price;
    let PriceTerms {
        price,
        trial_days,
        included_balance,
        included_credits,
        intro_offer,
    } = terms;
    let offer = intro_offer.as_ref();
    Model {
        scope_id: owner.scope_id.to_owned(),
        plan_id: owner.plan_id.to_owned(),
        id: id.as_str().to_owned(),
        billing_interval: billing_interval.as_str().to_owned(),
        price: price.get(),
        is_default: *is_default,
        trial_days: trial_days.get(),
        included_balance: included_balance.map(Amount::get),
        included_credits: included_credits.map(Count::get),
        intro_offer_enabled: offer.map(|offer| offer.enabled),
        intro_offer_discount_type: offer
            .and_then(|offer| offer.discount_type)
            .map(|word| word.as_str().to_owned()),
        intro_offer_discount_value: offer
            .and_then(|offer| offer.discount_value)
            .map(Positive::get),
        intro_offer_duration_cycles: offer
            .and_then(|offer| offer.duration_cycles)
            .map(Positive::get),
        position: *position,
        created_at: created_at.as_millis(),
        updated_at: updated_at.as_millis(),
    }
}

impl Keyed for Model {
    type Key = String;

    fn key(&self) -> Self::Key {
        self.id.clone()
    }

    fn is_fixed(column: &Column) -> bool {
        matches!(
            column,
            Column::ScopeId
                | Column::PlanId
                | Column::Id
                | Column::BillingInterval
                | Column::CreatedAt
        )
    }

    fn goes_last(&self) -> bool {
        self.is_default
    }
}
