//! Exchange rates of plans.

use super::owner::Owner;
use crate::domain::money::{Currency, ExchangeRate};
use crate::domain::plan::PlanExchangeRate;
use crate::domain::{Error, Result};
use crate::store::tables::diff::Keyed;
use crate::store::tables::plan::entity::plan_exchange_rate::{Column, Model};
use crate::store::tables::row::Word;

pub(super) fn from_row(row: Model) -> Result<PlanExchangeRate> {
    let Model {
        scope_id: _,
        plan_id: _,
        currency,
        exchange_rate,
    } = row;
    Ok(PlanExchangeRate {
        currency: Currency::from_column(&currency)?,
        exchange_rate: ExchangeRate::parse(&exchange_rate).map_err(|why| {
            Error::internal(format!(
                "the database has a bad exchange rate: {}",
                why.message()
            ))
        })?,
    })
}

pub(super) fn to_row(owner: Owner<'_>, rate: &PlanExchangeRate) -> Model {
    let PlanExchangeRate {
        currency,
        exchange_rate,
    } = rate;
    Model {
        scope_id: owner.scope_id.to_owned(),
        plan_id: owner.plan_id.to_owned(),
        currency: currency.as_str().to_owned(),
        exchange_rate: exchange_rate.as_str().to_owned(),
    }
}

impl Keyed for Model {
    type Key = (String, String);

    fn key(&self) -> Self::Key {
        (self.plan_id.clone(), self.currency.clone())
    }

    fn is_fixed(column: &Column) -> bool {
        matches!(column, Column::ScopeId | Column::PlanId | Column::Currency)
    }
}
