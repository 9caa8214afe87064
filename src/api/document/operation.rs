//! The parameters and the body of an operation.

use serde_json::{Value, json};

use super::components::Components;
use super::examples::{self, Example, Named};
use super::{join_lines, response};
use crate::api::kit::parameter::{CHANGE_NOTE, DRY_RUN, IDEMPOTENCY_KEY, IF_NONE_MATCH};
use crate::api::kit::write_headers::IF_MATCH;

/// Amends an operation; parts that others have too become components.
pub fn amend(operation: &mut Value, shared: &mut Components) {
    let is_idempotent = has_parameter(operation, IDEMPOTENCY_KEY);
    if let Some(parameters) = operation["parameters"].as_array_mut() {
        for parameter in parameters {
            amend_parameter(parameter);
            share_parameter(parameter, shared);
        }
    }
    join_lines(operation);
    let id = operation["operationId"]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    let example = examples::of(&id).unwrap_or_else(|| Example::new(Value::Null));
    if operation["requestBody"].is_object() {
        let media = &mut operation["requestBody"]["content"]["application/json"];
        show_requests(&example, media);
    }
    let Some(responses) = operation["responses"].as_object_mut() else {
        return;
    };
    for (status, response) in responses {
        response::amend(&example, status, response, is_idempotent, shared);
    }
}

/// A single request is the example; several are named.
fn show_requests(example: &Example, media: &mut Value) {
    if let [(_, only)] = example.requests.as_slice() {
        media["example"] = only.clone();
        return;
    }
    let named = |(number, (summary, value)): (usize, &Named)| {
        let name = format!("example-{}", number + 1);
        (name, json!({"summary": summary, "value": value}))
    };
    media["examples"] = example.requests.iter().enumerate().map(named).collect();
}

fn has_parameter(operation: &Value, name: &str) -> bool {
    let parameters = operation["parameters"].as_array();
    parameters.is_some_and(|all| all.iter().any(|parameter| parameter["name"] == name))
}

fn amend_parameter(parameter: &mut Value) {
    let description = match parameter["name"].as_str() {
        Some(IDEMPOTENCY_KEY) => {
            "A key of the client's choice, such as a new UUID, that makes the call count once: after \
             it has succeeded, the same call with the same key gets the same answer for 24 hours. A \
             refused call is not kept. The key is refused with another call or another body."
        }
        Some(IF_NONE_MATCH) => {
            "The `ETag` of the answer that the client has, or several of them, separated by commas. If \
             one of them is current, the answer is 304 without a body."
        }
        Some(IF_MATCH) => {
            "One or more `ETag`s, separated by commas, from a GET of the plan, feature or plan group \
             that the path names, or `*`. If its current `ETag` is not among them, the call is \
             refused and changes nothing."
        }
        Some(CHANGE_NOTE) => {
            "Why the change is made, for the history: percent-encoded UTF-8 of 1 to 500 characters,              without control characters."
        }
        Some(DRY_RUN) => {
            "`true` tries the call and changes nothing: the answer is that of the real call, and \
             `dryRun` beside `data` says what it would change. Ids of new objects are not those that a \
             real call will give."
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

/// Headers and `dryRun` are the same for every operation and become components; other parameters
/// depend on the resource.
fn share_parameter(parameter: &mut Value, shared: &mut Components) {
    let name = match parameter["name"].as_str() {
        Some(IDEMPOTENCY_KEY) => "IdempotencyKey",
        Some(IF_MATCH) => "IfMatch",
        Some(IF_NONE_MATCH) => "IfNoneMatch",
        Some(CHANGE_NOTE) => "ChangeNote",
        Some(DRY_RUN) => "DryRun",
        _ => return,
    };
    *parameter = shared.share("parameters", name, parameter.take());
}
