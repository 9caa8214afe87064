//! What the document shows as examples: for each operation a request that works as it stands, the
//! response to it, and the error that a caller is most likely to meet.
//!
//! They tell one story: the plan `example_plan` with the feature `example_calls`, a monthly price, and values
//! in yen and won. The codes start with `example_`, so that trying an example changes no real
//! plan or feature. The tests send every request to a server and compare the responses with these.

mod api_keys;
mod currencies;
mod example;
mod features;
mod plan_features;
mod plan_groups;
mod plan_prices;
mod plans;
mod regional_pricing;
mod story;
#[cfg(test)]
mod tests;

use serde_json::Value;

pub use self::example::{Example, Named};
use crate::api::kit::error::{Code, Rejection};
use crate::domain::Error;
use crate::domain::error::{PlansWithFeature, StaleTag};
use crate::domain::text::Code as PlanCode;

/// Where the server of the examples is.
const SERVER: &str = "https://pricebook.example.com";

/// The examples of each resource.
const ALL: &[&[(&str, fn() -> Example)]] = &[
    plans::ALL,
    plan_features::ALL,
    plan_prices::ALL,
    regional_pricing::ALL,
    features::ALL,
    plan_groups::ALL,
    currencies::ALL,
    api_keys::ALL,
];

/// The example of an operation. A test makes sure that there is one.
pub fn of(operation: &str) -> Option<Example> {
    let mut all = ALL.iter().copied().flatten();
    all.find(|(name, _)| *name == operation)
        .map(|(_, make)| make())
}

/// Whether the error of a code names a field of the operation, so that each shows one of its own.
pub const fn is_of_operation(code: Code) -> bool {
    matches!(
        code,
        Code::ValidationError | Code::Duplicate | Code::FeatureAlreadyExists
    )
}

/// The error that an operation with this example shows for a code: the response to a refusal of that
/// kind.
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
        })),
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
