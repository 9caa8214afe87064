//! New exchange rates as a document.

use crate::domain::catalog::Catalog;
use crate::domain::document::{Document, PlanEntry};
use crate::domain::error::{Error, Result};
use crate::domain::money::{Currency, ExchangeRate};
use crate::domain::plan::Plan;
use crate::domain::text::Code;

/// Refuses a code that no plan has.
pub(super) fn check_plans(catalog: &Catalog, only: Option<&[Code]>) -> Result<()> {
    for (index, code) in only.into_iter().flatten().enumerate() {
        if !catalog.plans.iter().any(|plan| plan.code == *code) {
            return Err(Error::PlanNotFound.in_field(format!("source.only[{index}]")));
        }
    }
    Ok(())
}

/// The plans that have one of the currencies at another rate, with the new one. Everything else about
/// them is as it is.
pub(super) fn as_document(
    catalog: &Catalog,
    rates: &[(Currency, ExchangeRate)],
    only: Option<&[Code]>,
) -> Document {
    let is_meant = |plan: &&Plan| only.is_none_or(|only| only.contains(&plan.code));
    let plans = catalog.plans.iter().filter(is_meant);
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
