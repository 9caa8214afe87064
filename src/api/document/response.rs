//! The responses of an operation: headers, descriptions and examples.

use serde_json::{Map, Value, json};

use super::examples::{self, Example};
use crate::api::kit::error::Code;
use crate::api::protocol::{
    API_VERSION, LIMIT_HEADER, POLICY_HEADER, REPLAYED_HEADER, VERSION_HEADER,
};

use super::components::Components;

// Headers in their usual case.
const REQUEST_ID: &str = "X-Request-Id";
const RETRY_AFTER: &str = "Retry-After";

/// Amends the response of a status; one that does not depend on the operation becomes a component.
pub fn amend(
    example: &Example,
    status: &str,
    response: &mut Value,
    is_idempotent: bool,
    shared: &mut Components,
) {
    amend_headers(status, response, is_idempotent, shared);
    let name = if status == "304" {
        Some("NotModified".to_owned())
    } else if status.starts_with('2') {
        response["content"]["application/json"]["example"] = example.response.clone();
        None
    } else {
        describe_error(example, response)
    };
    if let Some(name) = name {
        *response = shared.share("responses", &name, response.take());
    }
}

fn amend_headers(status: &str, response: &mut Value, is_idempotent: bool, shared: &mut Components) {
    let mut headers = response["headers"].as_object().cloned().unwrap_or_default();
    headers
        .values_mut()
        .filter_map(Value::as_object_mut)
        .for_each(|header| {
            header.remove("deprecated");
        });
    headers.insert(REQUEST_ID.to_owned(), request_id_header());
    headers.insert(VERSION_HEADER.to_owned(), version_header());
    match status {
        "200" if is_idempotent => {
            headers.insert(REPLAYED_HEADER.to_owned(), replayed_header());
        }
        "429" | "503" => {
            headers.insert(RETRY_AFTER.to_owned(), retry_after_header());
        }
        _ => {}
    }
    // Every call with a valid key counts against the limit.
    if status != "401" {
        headers.insert(LIMIT_HEADER.to_owned(), limit_header());
        headers.insert(POLICY_HEADER.to_owned(), policy_header());
    }
    let refer = |(name, header): (String, Value)| {
        let reference = shared.share("headers", &name, header);
        (name, reference)
    };
    response["headers"] = headers.into_iter().map(refer).collect();
}

/// Turns the description of an error, which names its codes, into sentences, and each code into an
/// example. Returns the name of a response that does not depend on the operation.
fn describe_error(example: &Example, response: &mut Value) -> Option<String> {
    let names = response["description"]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    let codes: Vec<Code> = names.split('`').filter_map(Code::from_text).collect();
    // Only codes have backticks here, so that programs can find them.
    let remedy = |code: &Code| code.remedy().replace('`', "");
    let sentences: Vec<_> = codes
        .iter()
        .map(|code| format!("`{}`: {} {}", code.as_str(), code.meaning(), remedy(code)))
        .collect();
    response["description"] = sentences.join(" ").into();
    let examples: Map<String, Value> = codes
        .iter()
        .map(|code| {
            let value = examples::error(example, *code);
            let shown = json!({"summary": code.meaning(), "value": value});
            (code.as_str().to_owned(), shown)
        })
        .collect();
    response["content"]["application/json"]["examples"] = Value::Object(examples);
    common_name(&codes)
}

/// The name of a response with these codes, unless one of them names fields of the operation. It is
/// made of the codes, so it stays when operations come and go.
fn common_name(codes: &[Code]) -> Option<String> {
    let names: Option<Vec<_>> = codes
        .iter()
        .map(|code| (!examples::is_of_operation(*code)).then(|| format!("{code:?}")))
        .collect();
    names.map(|names| names.join("Or"))
}

fn request_id_header() -> Value {
    json!({
        "description": "The id of the request: the client's `X-Request-Id` if it is 1 to 128 visible ASCII characters, else a new one. The server's log has it.",
        "schema": {"type": "string"},
        "example": "req_01960b2e8f3a7c41a5d2e9b07c6f1d34",
    })
}

fn version_header() -> Value {
    json!({
        "description": "The version of the API contract that the answer follows.",
        "schema": {"type": "string"},
        "example": API_VERSION,
    })
}

fn replayed_header() -> Value {
    json!({
        "description": "`true` where the answer repeats that of an earlier call with the same idempotency key.",
        "schema": {"type": "string"},
        "example": "true",
    })
}

fn limit_header() -> Value {
    json!({
        "description": "Sent where the server limits calls per key: the name of the limit, the calls left (`r`), and the seconds until all are available again (`t`).",
        "schema": {"type": "string"},
        "example": "\"default\";r=99;t=30",
    })
}

fn policy_header() -> Value {
    json!({
        "description": "Sent where the server limits calls per key: the name of the limit, and the calls (`q`) allowed per window of so many seconds (`w`).",
        "schema": {"type": "string"},
        "example": "\"default\";q=100;w=60",
    })
}

fn retry_after_header() -> Value {
    json!({
        "description": "Seconds to wait before the call is sent again.",
        "schema": {"type": "integer", "minimum": 0},
    })
}
