//! What readers of the document and generators of clients rely on.

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::Value;

use super::{JSON, values};
use crate::support::contract::{DOCUMENT, OPERATIONS, each_schema};

/// Parameters without an example: they are for one call, page, state or moment, or filter a list.
const SENT_ON_PURPOSE: &[&str] = &[
    "Idempotency-Key",
    "cursor",
    "If-Match",
    "If-None-Match",
    "Change-Note",
    "dryRun",
    "asOf",
    "revision",
    "after",
    "wait",
    "objectType",
    "objectId",
    "actor",
    "since",
    "until",
    "to",
    "format",
    "severity",
    "status",
    "Source-Api-Key",
];

/// Every operation has the parts that a reader needs.
#[test]
fn everything_is_described() {
    let text = |value: &Value| !value.as_str().unwrap_or_default().is_empty();
    for operation in OPERATIONS.iter() {
        let id = &operation.id;
        assert!(text(&operation.object["summary"]), "{id}");
        assert!(text(&operation.object["description"]), "{id}");
        for parameter in operation.object["parameters"].as_array().unwrap() {
            let name = parameter["name"].as_str().unwrap();
            assert!(text(&parameter["description"]), "{id} {name}");
            // A documentation page sends the examples, so what changes the meaning of a call has
            // none; neither have the parameters of deletions.
            let is_path = parameter["in"] == "path";
            let has_none =
                (!is_path && SENT_ON_PURPOSE.contains(&name)) || operation.method == Method::DELETE;
            assert_eq!(parameter["example"].is_null(), has_none, "{id} {name}");
        }
        for (status, response) in operation.object["responses"].as_object().unwrap() {
            assert!(text(&response["description"]), "{id} {status}");
        }
        let keyed = [Method::POST, Method::PUT].contains(&operation.method);
        let parameters = operation.object["parameters"].to_string();
        assert_eq!(parameters.contains("Idempotency-Key"), keyed, "{id}");
    }
}

/// Generators of clients rely on these properties.
#[test]
fn answers_may_grow_and_requests_may_not() {
    let schemas = DOCUMENT["components"]["schemas"].as_object().unwrap();
    let (mut asked, mut answered) = (BTreeSet::new(), BTreeSet::new());
    for operation in OPERATIONS.iter() {
        each_schema(&operation.object["requestBody"], &mut asked, &mut |_| {});
        each_schema(&operation.object["responses"], &mut answered, &mut |_| {});
    }
    for name in asked.intersection(&answered) {
        assert!(schemas[name]["enum"].is_array(), "{name} is in both");
    }
    let is_object = |name: &&String| schemas[*name]["type"] == "object";
    for name in asked.iter().filter(is_object) {
        assert_eq!(schemas[name]["additionalProperties"], false, "{name}");
    }
    for name in answered.iter().filter(is_object) {
        assert!(schemas[name]["additionalProperties"].is_null(), "{name}");
    }
}

/// Constructs that tools are known to mishandle.
#[test]
fn no_tool_trips_over_the_document() {
    let is_null = |value: &Value| {
        value
            .as_object()
            .is_some_and(|body| body.values().any(Value::is_null))
    };
    for operation in OPERATIONS.iter() {
        let responses = operation.object["responses"].as_object().unwrap().values();
        let bodies = responses.chain([&operation.object["requestBody"]]);
        for example in bodies.flat_map(|body| values(&body["content"][JSON])) {
            assert!(
                !is_null(&example),
                "the example of {}, in src/api/document/examples, has a null: {example}",
                operation.id
            );
        }
        assert_eq!(
            operation.object["security"], DOCUMENT["security"],
            "{}",
            operation.id
        );
    }
    check_enums(&DOCUMENT, "");
    let schemas = DOCUMENT["components"]["schemas"].as_object().unwrap();
    for name in ["Error", "Currency", "ExchangeRate"] {
        assert!(
            !schemas.contains_key(name),
            "{name} is a class of many languages"
        );
    }
    let description = DOCUMENT["info"]["description"].as_str().unwrap();
    for heading in [
        "## Keys\n",
        "## Amounts\n",
        "## Versions and compatibility\n",
    ] {
        assert!(description.contains(heading), "{heading}");
    }
    assert!(description.contains("new values of enums"));
}

fn check_enums(part: &Value, path: &str) {
    match part {
        Value::Object(object) => {
            if let Some(Value::Array(words)) = object.get("enum") {
                let words = words.iter().filter(|word| !word.is_null()).count();
                assert!(words > 1, "{path} has one value");
            }
            for (name, item) in object {
                check_enums(item, &format!("{path}/{name}"));
            }
        }
        Value::Array(items) => items.iter().for_each(|item| check_enums(item, path)),
        _ => {}
    }
}
