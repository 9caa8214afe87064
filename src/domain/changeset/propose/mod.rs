//! The catalog that a proposal leads to.

mod defaults;
mod features;
mod groups;
mod plan;
mod plans;
mod price;
mod rates;
mod regional;

use std::collections::HashMap;

use uuid::Uuid;

use super::include::{Inclusion, Section};
use super::proposal::{Proposal, Prune};
use crate::domain::Result;
use crate::domain::catalog::Catalog;
use crate::domain::document::Document;
use crate::domain::error::Violations;
use crate::domain::feature::Feature;
use crate::domain::plan::Plan;
use crate::domain::text::Code;
use crate::domain::timestamp::Timestamp;

/// What a proposal needs from outside the domain.
#[derive(Debug, Clone, Copy)]
pub struct Moment {
    /// The time of the change.
    pub now: Timestamp,
    /// The creation order of the next new plan.
    pub next_creation_order: i64,
    /// Makes what is unique in new ids.
    pub unique: fn() -> Uuid,
}

/// How a document is to be read.
#[derive(Debug, Clone, Copy)]
struct Reading<'a> {
    /// Whether what it leaves out is at its default.
    is_whole: bool,
    /// Whether objects that it does not have are deleted.
    prune: Prune,
    /// What of the catalog may be deleted.
    inclusion: &'a Inclusion,
    moment: Moment,
}

/// The catalog that a proposal leads to. It has every rule of the catalog behind it.
///
/// # Errors
/// Validation, with fields as paths of the document, such as `plans.pro.prices.monthly.price`;
/// `FeatureInUse` for a feature that a plan needs and the proposal deletes.
pub fn propose(
    catalog: &Catalog,
    proposal: &Proposal,
    inclusion: &Inclusion,
    moment: Moment,
) -> Result<Catalog> {
    match proposal {
        Proposal::Document {
            document,
            is_whole,
            prune,
        } => {
            let reading = Reading {
                is_whole: *is_whole || *prune == Prune::All,
                prune: *prune,
                inclusion,
                moment,
            };
            of_document(catalog, document, reading)
        }
        Proposal::Rates { rates, only } => {
            rates::check_plans(catalog, only.as_deref())?;
            let is_meant = |plan: &Plan| {
                only.as_ref().is_none_or(|only| only.contains(&plan.code))
                    && inclusion.has(Section::Plans, plan.code.as_str())
            };
            let document = rates::as_document(catalog, rates, is_meant);
            let reading = Reading {
                is_whole: false,
                prune: Prune::None,
                inclusion,
                moment,
            };
            of_document(catalog, &document, reading).map_err(rates::in_source)
        }
    }
}

fn of_document(catalog: &Catalog, document: &Document, reading: Reading<'_>) -> Result<Catalog> {
    let mut violations = Violations::default();
    let features = features::propose(
        &catalog.features,
        document.features.as_deref(),
        reading,
        &mut violations,
    );
    let by_code: HashMap<&Code, &Feature> = features
        .iter()
        .map(|feature| (&feature.code, feature))
        .collect();
    let mut plans = plans::propose(
        &catalog.plans,
        document.plans.as_deref(),
        &by_code,
        reading,
        &mut violations,
    );
    let groups = groups::propose(
        &catalog.groups,
        document.groups.as_deref(),
        &mut plans,
        reading,
        &mut violations,
    );
    defaults::propose(
        &mut plans,
        document.plans.as_deref(),
        reading,
        &mut violations,
    );
    plans::set_times(&catalog.plans, &mut plans, reading.moment.now);
    violations.into_result()?;
    features::require_unused(&catalog.features, &features, &plans)?;
    Ok(Catalog {
        features,
        groups,
        plans,
    })
}
