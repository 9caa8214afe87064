//! The OpenAPI document: what the operations and shapes say of themselves, mended where
//! poem-openapi cannot say it.
//!
//! There is one document. [`document`] makes it from the types alone; it is what is committed,
//! what is served as JSON and YAML, and what Swagger UI shows.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use poem_openapi::{LicenseObject, OpenApiService, ServerObject};
use serde_json::{Map, Value, json};

use super::edge::{API_VERSION, REQUEST_ID_HEADER, VERSION_HEADER};
use super::envelope::REPLAYED_HEADER;
use super::error::Code;
use super::examples;
use super::operations;
use super::parameter::IDEMPOTENCY_KEY;
use super::tag::Tag;

/// The path that all operations are under.
pub const BASE_PATH: &str = "/api/v1";

const DESCRIPTION: &str = include_str!("description.md");

/// The document, made once.
pub static DOCUMENT: LazyLock<Value> = LazyLock::new(document);

/// The document as JSON.
pub static JSON: LazyLock<String> = LazyLock::new(|| {
    // Maps with text keys can always be written.
    let mut text = serde_json::to_string_pretty(&*DOCUMENT).unwrap_or_default();
    text.push('\n');
    text
});

/// The document as YAML.
pub static YAML: LazyLock<String> =
    LazyLock::new(|| serde_yaml_ng::to_string(&*DOCUMENT).unwrap_or_default());

fn document() -> Value {
    let service = OpenApiService::new(operations(), "Pricebook", env!("CARGO_PKG_VERSION"))
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
    write_integers_plainly(document);
    order_tags(document);
    order_paths(document);
    close_requests(document);
    // A change of nothing is refused here, so the schema says it.
    document["components"]["schemas"]["UpdateFeatureRequest"]["minProperties"] = json!(1);
    let mut headers = Map::new();
    headers.insert(REQUEST_ID_HEADER.to_owned(), request_id_header());
    headers.insert(VERSION_HEADER.to_owned(), version_header());
    document["components"]["headers"] = Value::Object(headers);
    for operation in operations_of(document) {
        mend_operation(operation);
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
    for operation in operations_of(document) {
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

fn operations_of(document: &mut Value) -> impl Iterator<Item = &mut Value> {
    let paths = document["paths"].as_object_mut().map(Map::values_mut);
    paths
        .into_iter()
        .flatten()
        .filter_map(Value::as_object_mut)
        .flat_map(Map::values_mut)
}

fn mend_operation(operation: &mut Value) {
    if let Some(parameters) = operation["parameters"].as_array_mut() {
        parameters.iter_mut().for_each(mend_parameter);
    }
    join_lines(operation);
    let is_idempotent = has_parameter(operation, IDEMPOTENCY_KEY);
    let id = operation["operationId"]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    if operation["requestBody"].is_object() {
        show_requests(
            &id,
            &mut operation["requestBody"]["content"]["application/json"],
        );
    }
    let Some(responses) = operation["responses"].as_object_mut() else {
        return;
    };
    for (status, response) in responses {
        mend_response(&id, status, response, is_idempotent);
    }
}

/// One request is the example; several have names.
fn show_requests(operation: &str, media: &mut Value) {
    let mut requests = examples::requests(operation);
    if requests.len() == 1
        && let Some((_, only)) = requests.pop()
    {
        media["example"] = only;
        return;
    }
    let named = |(number, (summary, value)): (usize, examples::Named)| {
        let name = format!("example-{}", number + 1);
        (name, json!({"summary": summary, "value": value}))
    };
    media["examples"] = requests.into_iter().enumerate().map(named).collect();
}

/// A line of the source is no line for readers: only paragraphs are kept apart.
fn join_lines(described: &mut Value) {
    if let Some(text) = described["description"].as_str() {
        let paragraphs = text.split("\n\n").map(|lines| lines.replace('\n', " "));
        described["description"] = paragraphs.collect::<Vec<_>>().join("\n\n").into();
    }
}

fn has_parameter(operation: &Value, name: &str) -> bool {
    let parameters = operation["parameters"].as_array();
    parameters.is_some_and(|all| all.iter().any(|parameter| parameter["name"] == name))
}

fn mend_parameter(parameter: &mut Value) {
    let description = match parameter["name"].as_str() {
        Some(IDEMPOTENCY_KEY) => {
            "A key of the client's choice, such as a new UUID, that makes the call count once: the \
             same call with the same key is answered with the answer it got before, for 24 hours. \
             The key with another call or another body is refused."
        }
        Some("If-None-Match") => {
            "The `etag` of the answer that the client has, or several of them behind commas. If \
             one of them is current, the answer is 304 without a body."
        }
        _ => "",
    };
    if let Some(object) = parameter.as_object_mut() {
        if !description.is_empty() {
            object.insert("description".to_owned(), description.into());
        }
        // These are the defaults of OpenAPI.
        object.remove("deprecated");
        object.remove("explode");
        if let Some(example) = object["schema"]
            .as_object_mut()
            .and_then(|schema| schema.remove("example"))
        {
            object.insert("example".to_owned(), example);
        }
    }
}

fn mend_response(operation: &str, status: &str, response: &mut Value, is_idempotent: bool) {
    let mut headers = response["headers"].as_object().cloned().unwrap_or_default();
    headers
        .values_mut()
        .filter_map(Value::as_object_mut)
        .for_each(|header| {
            header.remove("deprecated");
        });
    for name in [REQUEST_ID_HEADER, VERSION_HEADER] {
        headers.insert(
            name.to_owned(),
            json!({"$ref": format!("#/components/headers/{name}")}),
        );
    }
    match status {
        "200" if is_idempotent => {
            headers.insert(REPLAYED_HEADER.to_owned(), replayed_header());
        }
        "429" | "503" => {
            headers.insert("retry-after".to_owned(), retry_after_header());
        }
        _ => {}
    }
    response["headers"] = Value::Object(headers);
    if !status.starts_with('2') && !status.starts_with('3') {
        describe_error(operation, response);
    } else if let Some(content) = response.get_mut("content") {
        content["application/json"]["example"] = examples::answer(operation);
    }
}

/// The description of an error names its codes; it becomes a sentence, and each code an example.
fn describe_error(operation: &str, response: &mut Value) {
    let names = response["description"]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    let codes: Vec<Code> = names.split('`').filter_map(Code::from_text).collect();
    let sentences: Vec<_> = codes
        .iter()
        .map(|code| format!("`{}`: {}", code.as_str(), code.meaning()))
        .collect();
    response["description"] = sentences.join(" ").into();
    let examples: Map<String, Value> = codes
        .iter()
        .map(|code| {
            let value = examples::error(operation, *code);
            let shown = json!({"summary": code.meaning(), "value": value});
            (code.as_str().to_owned(), shown)
        })
        .collect();
    response["content"]["application/json"]["examples"] = Value::Object(examples);
}

fn request_id_header() -> Value {
    json!({
        "description": "The id of the request: the client's `x-request-id` if it is 1 to 128 visible ASCII characters, else a new one. The server's log has it.",
        "schema": {"type": "string"},
        "example": "req_01960b2e8f3a7c41a5d2e9b07c6f1d34",
    })
}

fn version_header() -> Value {
    json!({
        "description": "The version of the wire contract that answered.",
        "schema": {"type": "string"},
        "example": API_VERSION,
    })
}

fn replayed_header() -> Value {
    json!({
        "description": "`true` on the repeated answer of a call that came before with the same idempotency key.",
        "schema": {"type": "string", "enum": ["true"]},
    })
}

fn retry_after_header() -> Value {
    json!({
        "description": "Seconds to wait before the call is sent again.",
        "schema": {"type": "integer", "minimum": 0},
    })
}
