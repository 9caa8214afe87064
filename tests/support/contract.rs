//! Checks of every answer against the OpenAPI document.

use std::collections::{BTreeSet, HashMap};
use std::fs;
use std::path::PathBuf;
use std::sync::{LazyLock, Mutex};

use jsonschema::{Draft, Validator};
use reqwest::Method;
use serde_json::{Map, Value, json};

use super::actor::Reply;

/// The committed document.
pub static DOCUMENT: LazyLock<Value> = LazyLock::new(|| {
    serde_json::from_str(include_str!("../../openapi/v1.json")).expect("the document is JSON")
});

/// The folder for coverage notes; the test of the same name reads them.
pub const COVERAGE_DIR: &str = "CONTRACT_COVERAGE_DIR";

/// An operation of the document.
#[derive(Debug, Clone)]
pub struct Operation {
    pub id: String,
    pub method: Method,
    /// The path as a template, such as `/plans/{id}`.
    pub path: String,
    /// The operation with its parameters, responses and headers inlined.
    pub object: Value,
}

impl Operation {
    /// The path with names that do not exist.
    pub fn path_to_nothing(&self) -> String {
        self.path.replace(['{', '}'], "")
    }
}

/// Every operation of the document.
pub static OPERATIONS: LazyLock<Vec<Operation>> = LazyLock::new(|| {
    let paths = DOCUMENT["paths"].as_object().expect("paths");
    let of_path = |(path, item): (&String, &Value)| {
        let methods = item.as_object().expect("methods").iter();
        let operation = |(method, object): (&String, &Value)| Operation {
            id: object["operationId"]
                .as_str()
                .expect("an operationId")
                .to_owned(),
            method: method.to_uppercase().parse().expect("a method"),
            path: path.clone(),
            object: in_place(object),
        };
        methods.map(operation).collect::<Vec<_>>()
    };
    paths.iter().flat_map(of_path).collect()
});

/// An operation with its shared parts inlined. Schemas stay references, since they are known by
/// name.
fn in_place(operation: &Value) -> Value {
    let mut operation = operation.clone();
    let parameters = operation["parameters"].as_array_mut();
    parameters.into_iter().flatten().for_each(resolve);
    let responses = operation["responses"].as_object_mut();
    for response in responses.into_iter().flat_map(Map::values_mut) {
        resolve(response);
        let headers = response["headers"].as_object_mut();
        let headers = headers.into_iter().flat_map(Map::values_mut);
        headers.for_each(resolve);
    }
    operation
}

fn resolve(part: &mut Value) {
    if let Some(target) = part["$ref"].as_str() {
        let place = target.strip_prefix('#').expect("a part of this document");
        let found = DOCUMENT.pointer(place);
        *part = found.unwrap_or_else(|| panic!("no {target}")).clone();
    }
}

/// Calls `check` with every schema in a part of the document; `seen` collects the names of all
/// schemas that it refers to.
pub fn each_schema(
    part: &'static Value,
    seen: &mut BTreeSet<String>,
    check: &mut impl FnMut(&Value),
) {
    match part {
        Value::Object(object) => {
            if let Some(Value::String(target)) = object.get("$ref") {
                let name = target.strip_prefix("#/components/schemas/");
                let name = name.expect("a schema");
                if seen.insert(name.to_owned()) {
                    let schema = &DOCUMENT["components"]["schemas"][name];
                    each_schema(schema, seen, check);
                }
            }
            check(part);
            let inner = object
                .iter()
                .filter(|(name, _)| !name.starts_with("example"));
            inner.for_each(|(_, part)| each_schema(part, seen, check));
        }
        Value::Array(parts) => parts.iter().for_each(|part| each_schema(part, seen, check)),
        _ => {}
    }
}

/// A path with its letters unescaped; other escapes stay.
fn plain(path: &str) -> String {
    let mut parts = path.split('%');
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let code = part
            .get(..2)
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match code.map(char::from).filter(char::is_ascii_alphanumeric) {
            Some(letter) => plain.extend([&*letter.to_string(), &part[2..]]),
            None => plain.extend(["%", part]),
        }
    }
    plain
}

/// The operation that a call is for; if several templates match, the one with the fewest
/// parameters.
pub fn operation(method: &Method, path: &str) -> Option<&'static Operation> {
    let path = plain(path);
    let path = path.strip_prefix("/api/v1")?;
    let given: Vec<_> = path.split('/').collect();
    let fits = |template: &str| {
        let parts: Vec<_> = template.split('/').collect();
        parts.len() == given.len()
            && parts
                .iter()
                .zip(&given)
                .all(|(part, given)| part.starts_with('{') || part == given)
    };
    let of_path: Vec<_> = OPERATIONS
        .iter()
        .filter(|operation| fits(&operation.path))
        .collect();
    let fewest = of_path
        .iter()
        .map(|operation| operation.path.matches('{').count())
        .min()?;
    of_path.into_iter().find(|operation| {
        operation.method == *method && operation.path.matches('{').count() == fewest
    })
}

/// Checks the envelope of an answer, and its body if an operation was called.
#[track_caller]
pub fn check(method: &Method, path: &str, reply: &Reply) {
    let id = reply.header("x-request-id").unwrap_or_default();
    assert!(!id.is_empty(), "an answer without a request id: {reply:?}");
    assert_eq!(reply.header("commet-version"), Some("2026-07-11"));
    match operation(method, path) {
        Some(operation) => check_operation(operation, reply),
        None => check_schema("ErrorResponse", reply),
    }
    if reply.status >= 400 {
        check_details(&reply.body["error"]);
    }
}

/// Checks the details of an error, whose shape depends on the code; the document allows any value.
#[track_caller]
fn check_details(error: &Value) {
    let details = &error["details"];
    let is_well = match error["code"].as_str() {
        Some("validation_error" | "feature_in_use") => {
            let details = details.as_array().expect("a list");
            !details.is_empty() && details.iter().all(is_field)
        }
        Some("precondition_failed") => {
            has_fields(details, &["etag", "revision", "changes"])
                && details["etag"].is_string()
                && details["revision"].is_i64()
                && are_changes(&details["changes"])
        }
        Some("revert_conflict" | "changeset_stale") => are_changes(details),
        Some("document_invalid") => {
            let details = details.as_array().expect("a list");
            !details.is_empty() && details.len() <= 100 && details.iter().all(is_mistake)
        }
        Some("findings_not_acknowledged") => {
            let details = details.as_array().expect("a list");
            !details.is_empty() && details.iter().all(|one| faults("Finding", one).is_empty())
        }
        Some("digest_mismatch") => {
            has_fields(details, &["digest"]) && details["digest"].is_string()
        }
        Some("history_pruned") => has_fields(details, &["oldest"]) && details["oldest"].is_i64(),
        _ => details.is_null(),
    };
    assert!(is_well, "details of an unknown shape: {error}");
}

/// Whether they are changes as the document has them, at most as many as a refusal names.
fn are_changes(details: &Value) -> bool {
    let changes = details.as_array();
    changes.is_some_and(|changes| {
        changes.len() <= 100 && changes.iter().all(|one| faults("Change", one).is_empty())
    })
}

fn is_field(detail: &Value) -> bool {
    let fields = ["field", "message"];
    has_fields(detail, &fields) && fields.iter().all(|field| detail[*field].is_string())
}

fn is_mistake(detail: &Value) -> bool {
    let is_place = |place: &Value| place.is_u64() || place.is_null();
    has_fields(detail, &["field", "line", "column", "message"])
        && detail["field"].is_string()
        && detail["message"].is_string()
        && is_place(&detail["line"])
        && is_place(&detail["column"])
}

fn has_fields(value: &Value, fields: &[&str]) -> bool {
    let found = value
        .as_object()
        .map(|object| object.keys().collect::<Vec<_>>());
    found.is_some_and(|found| found == fields)
}

#[track_caller]
fn check_operation(operation: &Operation, reply: &Reply) {
    let status = reply.status.to_string();
    let response = &operation.object["responses"][&status];
    assert!(
        response.is_object(),
        "{} answered {status}, which the document does not have",
        operation.id
    );
    let kind = reply.header("content-type").unwrap_or_default();
    if kind != "application/json" && response["content"][kind].is_object() {
        // A text of its own, such as the catalog as YAML.
        return note(&operation.id, &status);
    }
    let schema = &response["content"]["application/json"]["schema"]["$ref"];
    match schema.as_str().and_then(|target| target.rsplit('/').next()) {
        Some(schema) => check_schema(schema, reply),
        None => assert!(reply.body.is_null(), "{} {status} has a body", operation.id),
    }
    note(&operation.id, &status);
}

#[track_caller]
fn check_schema(name: &str, reply: &Reply) {
    assert_eq!(reply.header("content-type"), Some("application/json"));
    let faults = faults(name, &reply.body);
    assert!(
        faults.is_empty(),
        "an answer does not fit {name}: {faults:?}\n{}",
        reply.body
    );
}

/// The ways in which a value does not fit a schema of the document.
pub fn faults(name: &str, value: &Value) -> Vec<String> {
    let mut validators = VALIDATORS
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    let validator = validators
        .entry(name.to_owned())
        .or_insert_with(|| validator(name));
    let faults = validator.iter_errors(value);
    faults.map(|fault| fault.to_string()).collect()
}

static VALIDATORS: LazyLock<Mutex<HashMap<String, Validator>>> = LazyLock::new(Mutex::default);

fn validator(name: &str) -> Validator {
    let mut schemas = DOCUMENT["components"]["schemas"].clone();
    to_json_schema(&mut schemas);
    let schema = json!({
        "components": {"schemas": schemas},
        "allOf": [{"$ref": format!("#/components/schemas/{name}")}],
    });
    // OpenAPI 3.0 is based on a draft before 5, whose `exclusiveMinimum` is a boolean.
    let options = jsonschema::options()
        .with_draft(Draft::Draft4)
        .should_validate_formats(true);
    options.build(&schema).expect("a good schema")
}

/// Converts a schema from OpenAPI 3.0, such as `nullable`. It also closes objects, so that an
/// answer can only have fields of the document.
fn to_json_schema(value: &mut Value) {
    match value {
        Value::Object(object) => {
            object.values_mut().for_each(to_json_schema);
            allow_null(object);
            if object.get("type") == Some(&json!("object")) && object.contains_key("properties") {
                object.entry("additionalProperties").or_insert(json!(false));
            }
        }
        Value::Array(items) => items.iter_mut().for_each(to_json_schema),
        _ => {}
    }
}

fn allow_null(schema: &mut Map<String, Value>) {
    if schema.remove("nullable") != Some(json!(true)) {
        return;
    }
    if let Some(kind) = schema.get("type").filter(|kind| kind.is_string()).cloned() {
        schema.insert("type".to_owned(), json!([kind, "null"]));
    }
}

/// Notes that an operation answered with a status, if the run measures coverage.
fn note(operation: &str, status: &str) {
    if let Some(folder) = std::env::var_os(COVERAGE_DIR) {
        let path = PathBuf::from(folder).join(format!("{operation} {status}"));
        fs::write(path, "").expect("a note in the folder for coverage");
    }
}
