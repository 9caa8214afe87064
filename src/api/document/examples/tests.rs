//! Every operation has its example.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{ALL, Example, of};
use crate::api::document::DOCUMENT;

/// The operations of the document by their ids.
fn operations() -> impl Iterator<Item = (&'static str, &'static Value)> {
    let paths = DOCUMENT["paths"].as_object().unwrap().values();
    let operations = paths.flat_map(|methods| methods.as_object().unwrap().values());
    operations.map(|operation| (operation["operationId"].as_str().unwrap(), operation))
}

fn example(id: &str) -> Example {
    of(id).unwrap_or_else(|| panic!("`{id}` has no example: add one to the file of its resource"))
}

#[test]
fn each_operation_has_one_example() {
    let ids: BTreeSet<_> = operations().map(|(id, _)| id).collect();
    let examples: Vec<_> = ALL.iter().copied().flatten().map(|(id, _)| *id).collect();
    ids.iter().for_each(|id| drop(example(id)));
    assert_eq!(examples.iter().copied().collect::<BTreeSet<_>>(), ids);
    assert_eq!(examples.len(), ids.len());
}

#[test]
fn operations_with_a_body_show_requests() {
    for (id, operation) in operations() {
        let has_body = operation["requestBody"].is_object();
        assert_eq!(!example(id).requests.is_empty(), has_body, "{id}");
    }
}

#[test]
fn conflicts_name_the_field_that_is_taken() {
    for (id, operation) in operations() {
        let conflicts = operation["responses"]["409"]["content"].to_string();
        let is_taken = ["duplicate", "feature_already_exists"]
            .iter()
            .any(|code| conflicts.contains(&format!("\"code\":\"{code}\"")));
        assert_eq!(example(id).taken.is_some(), is_taken, "{id}");
    }
}
