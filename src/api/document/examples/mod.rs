//! The examples of the document: for each operation a request that works, the response to it, and
//! the most likely errors.
//!
//! They tell one story: the plan `example_plan` with the feature `example_calls`, a monthly price,
//! and prices in yen and won. All codes start with `example_`, so that trying an example changes no
//! real plan or feature. The tests send every request to a server and compare the responses.

mod api_keys;
mod changesets;
mod currencies;
mod example;
mod explain;
mod features;
mod history;
mod plan_features;
mod plan_groups;
mod plan_prices;
mod plans;
mod regional_pricing;
mod story;
#[cfg(test)]
mod tests;

use serde_json::Value as Json;

use self::example::Entry;
pub use self::example::{Example, Named};
use crate::api::kit::error::{Code, Rejection};
use crate::domain::Error;
use crate::domain::change::{NamedChanges, ObjectType, Value};
use crate::domain::error::{Mistake, PlansWithFeature, StaleTag};
use crate::domain::lint::{Finding, LintRule, Severity};
use crate::domain::scope::Mode;
use crate::domain::text::Code as PlanCode;

/// The address of the server in the examples.
const SERVER: &str = "https://pricebook.example.com";

/// The examples of each resource.
const ALL: &[&[Entry]] = &[
    plans::ALL,
    plan_features::ALL,
    plan_prices::ALL,
    regional_pricing::ALL,
    explain::ALL,
    features::ALL,
    plan_groups::ALL,
    changesets::ALL,
    history::ALL,
    currencies::ALL,
    api_keys::ALL,
];

/// The example of an operation. A test fails if there is none.
pub fn of(operation: &str) -> Option<Example> {
    let mut all = ALL.iter().copied().flatten();
    all.find(|(name, _)| *name == operation)
        .map(|(_, make)| make())
}

/// Whether the error of a code names a field of the operation, so that it differs between
/// operations.
pub const fn is_of_operation(code: Code) -> bool {
    matches!(
        code,
        Code::ValidationError | Code::Duplicate | Code::FeatureAlreadyExists
    )
}

/// The body of a refusal with this code, as this operation shows it.
pub fn error(example: &Example, code: Code) -> Json {
    let taken = || example.taken.clone();
    let error = match code {
        Code::ValidationError => {
            let (field, message) = example.mistake;
            Some(Error::invalid(field, message))
        }
        Code::Duplicate => taken().map(Error::Duplicate),
        Code::FeatureAlreadyExists => taken().map(Error::FeatureAlreadyExists),
        Code::FeatureInUse => Some(Error::FeatureInUse(plans_with_feature())),
        Code::PreconditionFailed => Some(Error::PreconditionFailed(StaleTag {
            etag: "\"5f2b8c0d9e4a71b36c8f1d20a7e593b4\"".to_owned(),
            revision: 42,
            changes: NamedChanges::none(Mode::Sandbox),
        })),
        Code::RevertConflict => Some(Error::RevertConflict(NamedChanges::none(Mode::Sandbox))),
        Code::ChangesetStale => Some(Error::ChangesetStale(NamedChanges::none(Mode::Sandbox))),
        Code::DocumentInvalid => Some(Error::DocumentInvalid(vec![Mistake {
            field: "plans.example_plan.prices.monthly.price".to_owned(),
            place: Some((12, 25)),
            message: "Must be a decimal number in quotes, such as \"49.00\".".to_owned(),
        }])),
        Code::DigestMismatch => Some(Error::DigestMismatch {
            digest: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08".to_owned(),
        }),
        Code::FindingsNotAcknowledged => Some(Error::FindingsNotAcknowledged(vec![finding()])),
        Code::HistoryPruned => Some(Error::HistoryPruned { oldest: 17 }),
        _ => None,
    };
    let rejection = error.map_or_else(|| Rejection::of(code), Rejection::from);
    // Maps with text keys can always be written.
    serde_json::to_value(rejection.body(SERVER)).unwrap_or_default()
}

fn finding() -> Finding {
    Finding {
        rule: LintRule::PriceScale,
        severity: Severity::Error,
        object_type: ObjectType::Plan,
        id: Some(story::PLAN.to_owned()),
        code: Some("example_plan".to_owned()),
        path: "prices[monthly].regionalPrices[jpy].price".to_owned(),
        message: "74 is about a hundredth of the derived price, 7350.".to_owned(),
        value: Value::Int(74),
        expected: Value::Int(7350),
    }
}

fn plans_with_feature() -> PlansWithFeature {
    PlansWithFeature {
        codes: Vec::from_iter(PlanCode::parse("example_plan")),
        more: 0,
    }
}
