//! The headers of operations that write, and the responses that come with them.
//!
//! The headers are read by one extractor for all operations, `api::kit::write_headers`, which the
//! macros do not see.

use poem::http::Method;
use serde_json::{Map, Value, json};

use super::operations_of;
use crate::api::kit::error::Code;
use crate::api::kit::parameter::{
    CHANGE_NOTE, ChangeNote, DRY_RUN, DryRunSwitch, IDEMPOTENCY_KEY, Idempotency, Parameter,
};
use crate::api::kit::write_headers::{IF_MATCH, PathObject, takes_idempotency_key};

/// Declares the headers of all operations that write.
pub fn declare_headers(document: &mut Value) {
    for (path, method, operation) in operations_of(document) {
        if let Ok(method) = method.to_uppercase().parse::<Method>()
            && !method.is_safe()
        {
            declare(path, &method, operation);
        }
    }
}

fn declare(path: &str, method: &Method, operation: &mut Value) {
    if takes_idempotency_key(method) {
        let schema = serde_json::to_value(Idempotency::schema()).unwrap_or_default();
        add_header(operation, IDEMPOTENCY_KEY, schema);
    }
    let note = serde_json::to_value(ChangeNote::schema()).unwrap_or_default();
    add_header(operation, CHANGE_NOTE, note);
    let dry_run = serde_json::to_value(DryRunSwitch::schema()).unwrap_or_default();
    add_parameter(operation, DRY_RUN, "query", dry_run);
    if PathObject::of(path).is_some() {
        add_header(operation, IF_MATCH, json!({"type": "string"}));
        add_answer(operation, Code::PreconditionFailed);
    }
}

fn add_header(operation: &mut Value, name: &str, schema: Value) {
    add_parameter(operation, name, "header", schema);
}

fn add_parameter(operation: &mut Value, name: &str, place: &str, schema: Value) {
    let header = json!({"name": name, "schema": schema, "in": place, "required": false});
    let Some(operation) = operation.as_object_mut() else {
        return;
    };
    if let Some(parameters) = operation
        .get_mut("parameters")
        .and_then(Value::as_array_mut)
    {
        parameters.push(header);
        return;
    }
    let mut keys = operation.keys();
    let place = keys.position(|key| key == "requestBody" || key == "responses");
    let place = place.unwrap_or(operation.len());
    operation.shift_insert(place, "parameters".to_owned(), json!([header]));
}

/// Adds the response with a code, in order of status. It is a copy of the 401 response, which every
/// operation has.
fn add_answer(operation: &mut Value, code: Code) {
    let Some(responses) = operation["responses"].as_object_mut() else {
        return;
    };
    let mut answer = responses[Code::Unauthorized.status().as_str()].clone();
    answer["description"] = format!("`{}`", code.as_str()).into();
    let added = (code.status().as_str().to_owned(), answer);
    let mut all: Vec<_> = std::mem::take(responses).into_iter().collect();
    all.push(added);
    all.sort_by(|(one, _), (other, _)| one.cmp(other));
    *responses = all.into_iter().collect::<Map<_, _>>();
}
