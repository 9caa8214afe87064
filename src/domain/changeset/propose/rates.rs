//! New exchange rates as a document.

use crate::domain::catalog::Catalog;
use crate::domain::document::{Document, PlanEntry};
use crate::domain::error::{Error, Result};
use crate::domain::money::{Currency, ExchangeRate};
use crate::domain::plan::Plan;
use crate::domain::text::Code;
use crate::domain::violation::Violation;

/// Refuses a code that no plan has.
pub(super) fn check_plans(catalog: &Catalog, only: Option<&[Code]>) -> Result<()> {
    for (index, code) in only.into_iter().flatten().enumerate() {
        if !catalog.plans.iter().any(|plan| plan.code == *code) {
            return Err(Error::PlanNotFound.in_field(format!("source.only[{index}]")));
        }
    }
    Ok(())
}

/// The refusal of rates, with the rate as its field: the document is not the client's.
pub(super) fn in_source(error: Error) -> Error {
    let Error::Validation(violations) = error else {
        return error;
    };
    Error::Validation(violations.map(|Violation { field, message }| {
        let currency = field.split_once(".regional.").map(|(_, rest)| rest);
        let currency = currency.map(|rest| rest.split_once('.').map_or(rest, |(name, _)| name));
        let rate = match currency {
            Some(currency) => format!("source.rates.{currency}"),
            None => "source.rates".to_owned(),
        };
        Violation {
            message: format!("Breaks a rule at `{field}`: {message}"),
            field: rate,
        }
    }))
}

/// The plans that are meant and have one of the currencies at another rate, with the new one. Everything
/// else about them is as it is.
pub(super) fn as_document(
    catalog: &Catalog,
    rates: &[(Currency, ExchangeRate)],
    is_meant: impl Fn(&Plan) -> bool,
) -> Document {
    let plans = catalog.plans.iter().filter(|plan| is_meant(plan));
    Document {
        plans: Some(plans.filter_map(|plan| moved(plan, rates)).collect()),
        ..Document::default()
    }
}

fn moved(plan: &Plan, rates: &[(Currency, ExchangeRate)]) -> Option<PlanEntry> {
    let news = |currency: Currency| {
        let current = plan.rate_of(currency)?;
        let mut news = rates.iter().filter(|(of, _)| *of == currency);
        let (_, rate) = news.find(|(_, rate)| !rate.has_value_of(current))?;
        Some(rate.clone())
    };
    if !rates.iter().any(|(currency, _)| news(*currency).is_some()) {
        return None;
    }
    let whole = PlanEntry::of(plan);
    let regional = whole.regional.map(|mut regional| {
        for entry in &mut regional {
            if let Some(rate) = news(entry.currency) {
                entry.rate = Some(rate);
            }
        }
        regional
    });
    Some(PlanEntry {
        regional,
        ..PlanEntry::untouched(plan)
    })
}
