//! The contract: the OpenAPI document, what is served of it, and what the tests reach.

use serde_json::Value;

mod complete;
mod coverage;
mod described;
mod examples;
mod served;

const JSON: &str = "application/json";

/// The one example or all the named ones of a media type.
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
