//! The OpenAPI document: what the operations and shapes say of themselves, mended where
//! poem-openapi cannot say it.
//!
//! There is one document. [`document`] makes it from the types alone; it is what is committed,
//! what is served as JSON and YAML, and what Swagger UI shows. What is served names the address of
//! its server, where that is known; see [`at`].

mod components;
pub(in crate::api) mod examples;
mod operation;
mod response;
pub mod routes;
mod write;

use std::collections::BTreeSet;
use std::sync::LazyLock;

use poem_openapi::{LicenseObject, OpenApiService, ServerObject};
use serde_json::{Value, json};

use self::components::Components;
use super::kit::auth::SCHEME;
use super::operations::{self, tag::Tag};
use super::schema::object::paragraphs;
use crate::api::protocol::BASE_PATH;

const DESCRIPTION: &str = include_str!("description.md");

/// Where the document is served.
pub const DOCUMENT_PATHS: [&str; 2] = ["/openapi.json", "/openapi.yaml"];

/// The document, made once.
pub static DOCUMENT: LazyLock<Value> = LazyLock::new(document);

/// A document as JSON.
pub fn to_json(document: &Value) -> String {
    // Maps with text keys can always be written.
    let mut text = serde_json::to_string_pretty(document).unwrap_or_default();
    text.push('\n');
    text
}

/// A document as YAML.
pub fn to_yaml(document: &Value) -> String {
    serde_yaml_ng::to_string(document).unwrap_or_default()
}

/// The document of a server that the outside reaches at an address: it names that, so that what is
/// made from a copy of it finds the server. That is all that differs from what is committed.
pub fn at(public_url: Option<&str>) -> Value {
    let mut document = DOCUMENT.clone();
    if let Some(url) = public_url {
        document["servers"][0]["url"] = format!("{url}{BASE_PATH}").into();
    }
    document
}

fn document() -> Value {
    let service = OpenApiService::new(operations::all(), "Pricebook", env!("CARGO_PKG_VERSION"))
        .description(DESCRIPTION.trim())
        .license(LicenseObject::new("MIT OR Apache-2.0").url("https://spdx.org/licenses/MIT.html"))
        .server(ServerObject::new(BASE_PATH).description("This server"));
    let mut document: Value = serde_json::from_str(&service.spec()).unwrap_or_default();
    mend(&mut document);
    document
}

fn mend(document: &mut Value) {
    // 3.0.3 says what 3.0.0 meant, most of all about null.
    document["openapi"] = json!("3.0.3");
    // Every operation says it as well; some tools look only here, and some only there.
    document["security"] = json!([{SCHEME: []}]);
    write_integers_plainly(document);
    order_tags(document);
    order_paths(document);
    close_requests(document);
    // A change of nothing is refused here, so the schema says it.
    document["components"]["schemas"]["UpdateFeatureRequest"]["minProperties"] = json!(1);
    write::declare_headers(document);
    let mut shared = Components::default();
    for (_, _, operation) in operations_of(document) {
        operation::mend(operation, &mut shared);
    }
    shared.move_into(&mut document["components"]);
    leave_targets_open(document);
}

/// Where an operation deletes, the page prefills nothing: what is sent by mistake deletes nothing.
fn leave_targets_open(document: &mut Value) {
    let deletions = operations_of(document).filter(|(_, method, _)| *method == "delete");
    for (_, _, operation) in deletions {
        let parameters = operation["parameters"].as_array_mut();
        let parameters = parameters.into_iter().flatten();
        for parameter in parameters.filter_map(Value::as_object_mut) {
            parameter.remove("example");
        }
    }
}

/// poem-openapi keeps bounds as floats: 1 is written as 1.0.
fn write_integers_plainly(value: &mut Value) {
    match value {
        Value::Number(number) => {
            if let Some(whole) = number
                .as_str()
                .strip_suffix(".0")
                .and_then(|text| text.parse::<i64>().ok())
            {
                *value = whole.into();
            }
        }
        Value::Array(items) => items.iter_mut().for_each(write_integers_plainly),
        Value::Object(object) => object.values_mut().for_each(write_integers_plainly),
        Value::Null | Value::Bool(_) | Value::String(_) => {}
    }
}

fn order_tags(document: &mut Value) {
    if let Some(tags) = document["tags"].as_array_mut() {
        tags.iter_mut().for_each(join_lines);
        tags.sort_by_key(|tag| Tag::ORDER.iter().position(|name| tag["name"] == **name));
    }
}

/// Paths by the order of their tags, and within a tag as the operations are declared.
fn order_paths(document: &mut Value) {
    let Some(paths) = document["paths"].as_object_mut() else {
        return;
    };
    let mut entries: Vec<_> = std::mem::take(paths).into_iter().collect();
    let place = |item: &Value| {
        let tag = item
            .as_object()
            .and_then(|methods| methods.values().next())
            .map(|any| &any["tags"][0]);
        Tag::ORDER
            .iter()
            .position(|name| tag.is_some_and(|tag| *tag == **name))
    };
    entries.sort_by_key(|(_, item)| place(item));
    paths.extend(entries);
}

/// Unknown fields are refused, so the schemas of requests say that there are none.
fn close_requests(document: &mut Value) {
    let mut pending: Vec<String> = Vec::new();
    for (_, _, operation) in operations_of(document) {
        references(&operation["requestBody"], &mut pending);
    }
    let mut closed = BTreeSet::new();
    while let Some(name) = pending.pop() {
        if closed.insert(name.clone()) {
            let schema = &mut document["components"]["schemas"][&name];
            close(schema);
            references(schema, &mut pending);
        }
    }
}

fn close(schema: &mut Value) {
    match schema {
        Value::Object(object) => {
            if object.contains_key("properties") {
                object
                    .entry("additionalProperties")
                    .or_insert(Value::Bool(false));
            }
            object.values_mut().for_each(close);
        }
        Value::Array(items) => items.iter_mut().for_each(close),
        _ => {}
    }
}

/// The names of the components that a part of the document refers to.
fn references(value: &Value, names: &mut Vec<String>) {
    match value {
        Value::Object(object) => {
            let target = object.get("$ref").and_then(Value::as_str);
            names.extend(
                target
                    .and_then(|target| target.rsplit('/').next())
                    .map(str::to_owned),
            );
            object.values().for_each(|item| references(item, names));
        }
        Value::Array(items) => items.iter().for_each(|item| references(item, names)),
        _ => {}
    }
}

/// Every operation, with its path and its method.
fn operations_of(document: &mut Value) -> impl Iterator<Item = (&str, &str, &mut Value)> {
    let paths = document["paths"].as_object_mut().into_iter().flatten();
    paths.flat_map(|(path, methods)| {
        let methods = methods.as_object_mut().into_iter().flatten();
        methods.map(move |(method, operation)| (path.as_str(), method.as_str(), operation))
    })
}

/// A line of the source is no line for readers: only paragraphs are kept apart.
fn join_lines(described: &mut Value) {
    if let Some(text) = described["description"].as_str() {
        described["description"] = paragraphs(text).into();
    }
}
