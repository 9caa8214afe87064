//! The contract: the OpenAPI document, the document as served, and the coverage of the tests.

use serde_json::Value;

mod complete;
mod coverage;
mod described;
mod examples;
mod served;

const JSON: &str = "application/json";

/// The single example or all the named examples of a media type.
fn values(media: &Value) -> Vec<Value> {
    let named = media["examples"].as_object().into_iter().flatten();
    let named = named.map(|(_, example)| example["value"].clone());
    media
        .get("example")
        .cloned()
        .into_iter()
        .chain(named)
        .collect()
}
