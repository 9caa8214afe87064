//! The examples of the document: for each operation a request that works, the response to it, and
//! the most likely errors.
//!
//! They tell one story: the plan `example_plan` with the feature `example_calls`, a monthly price,
//! and prices in yen and won. All codes start with `example_`, so that trying an example changes no
//! real plan or feature. The tests send every request to a server and compare the responses.

mod api_keys;
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

use serde_json::Value;

use self::example::Entry;
pub use self::example::{Example, Named};
use crate::api::kit::error::{Code, Rejection};
use crate::domain::Error;
use crate::domain::change::NamedChanges;
use crate::domain::error::{PlansWithFeature, StaleTag};
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
pub fn error(example: &Example, code: Code) -> Value {
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
        Code::HistoryPruned => Some(Error::HistoryPruned { oldest: 17 }),
        _ => None,
    };
    let rejection = error.map_or_else(|| Rejection::of(code), Rejection::from);
    // Maps with text keys can always be written.
    serde_json::to_value(rejection.body(SERVER)).unwrap_or_default()
}

fn plans_with_feature() -> PlansWithFeature {
    PlansWithFeature {
        codes: Vec::from_iter(PlanCode::parse("example_plan")),
        more: 0,
    }
}
