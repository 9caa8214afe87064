//! What is told of one request to a collector of traces: OTLP as JSON.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

use super::context::{SpanId, TraceContext};

/// An operation of the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Operation {
    /// Its `operationId`.
    pub name: &'static str,
    /// Its path with the names of parameters, such as `/api/v1/plans/{plan}`.
    pub route: &'static str,
}

/// A request that was served.
#[derive(Debug, Clone)]
pub struct Span {
    /// The trace that it belongs to.
    pub trace: TraceContext,
    /// Its own id.
    pub id: SpanId,
    /// The operation, if it was one.
    pub operation: Option<Operation>,
    /// One of the known methods.
    pub method: &'static str,
    /// The status of the answer, or 0.
    pub status: u16,
    /// When it ended.
    pub ended: SystemTime,
    /// How long it took.
    pub took: Duration,
}

/// `SPAN_KIND_SERVER`.
const SERVER: u8 = 2;
/// `STATUS_CODE_ERROR`.
const ERROR: u8 = 2;
/// The bits of `flags` that say that the caller is known, and that it is another process.
const HAS_REMOTE: u32 = 0x100;
const IS_REMOTE: u32 = 0x200;

/// A method by its name; names are the client's, and there is no end of them.
pub fn known_method(method: &str) -> &'static str {
    const KNOWN: [&str; 9] = [
        "GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH",
    ];
    let found = KNOWN.iter().find(|known| **known == method);
    found.copied().unwrap_or("_OTHER")
}

/// The body of an export.
pub fn export_request(service: &str, spans: &[Span]) -> Value {
    let version = env!("CARGO_PKG_VERSION");
    json!({"resourceSpans": [{
        "resource": {"attributes": [
            text("service.name", service),
            text("service.version", version),
        ]},
        "scopeSpans": [{
            "scope": {"name": "pricebook", "version": version},
            "spans": spans.iter().map(Span::to_json).collect::<Vec<_>>(),
        }],
    }]})
}

impl Span {
    fn to_json(&self) -> Value {
        let parent = self.trace.parent();
        let remote = if parent.is_some() { IS_REMOTE } else { 0 };
        let mut span = json!({
            "traceId": self.trace.to_string(),
            "spanId": self.id.to_string(),
            "flags": u32::from(self.trace.is_sampled()) | HAS_REMOTE | remote,
            "name": self.operation.map_or(self.method, |operation| operation.name),
            "kind": SERVER,
            "startTimeUnixNano": nanoseconds(self.ended.checked_sub(self.took)),
            "endTimeUnixNano": nanoseconds(Some(self.ended)),
            "attributes": self.attributes(),
        });
        if let Some(parent) = parent {
            span["parentSpanId"] = parent.to_string().into();
        }
        if self.is_failure() {
            span["status"] = json!({"code": ERROR});
        }
        span
    }

    fn is_failure(&self) -> bool {
        self.status >= 500
    }

    fn attributes(&self) -> Vec<Value> {
        let mut attributes = vec![text("http.request.method", self.method)];
        if let Some(operation) = self.operation {
            attributes.push(text("http.route", operation.route));
        }
        if self.status > 0 {
            let status = self.status.to_string();
            attributes
                .push(json!({"key": "http.response.status_code", "value": {"intValue": status}}));
            if self.is_failure() {
                attributes.push(text("error.type", &status));
            }
        }
        attributes
    }
}

fn text(key: &str, value: &str) -> Value {
    json!({"key": key, "value": {"stringValue": value}})
}

/// Since 1970; a text, since JSON's numbers have no room for all digits.
fn nanoseconds(time: Option<SystemTime>) -> String {
    let since = time.and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    since.unwrap_or_default().as_nanos().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::observe::context::new_span_id;

    fn span(status: u16) -> Value {
        let header = b"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        let span = Span {
            trace: TraceContext::parse(header).unwrap(),
            id: new_span_id().unwrap(),
            operation: Some(Operation {
                name: "getPlan",
                route: "/api/v1/plans/{plan}",
            }),
            method: known_method("GET"),
            status,
            ended: UNIX_EPOCH + Duration::from_nanos(1_700_000_000_123_456_789),
            took: Duration::from_nanos(456_789),
        };
        let body = export_request("shop", &[span]);
        let resource = &body["resourceSpans"][0];
        let service = &resource["resource"]["attributes"][0];
        assert_eq!(
            *service,
            json!({"key": "service.name", "value": {"stringValue": "shop"}})
        );
        resource["scopeSpans"][0]["spans"][0].clone()
    }

    #[test]
    fn a_span_says_what_happened_and_no_more() {
        let span = span(200);
        assert_eq!(span["name"], "getPlan");
        assert_eq!(span["parentSpanId"], "00f067aa0ba902b7");
        assert_eq!(span["flags"], 0x301);
        assert_eq!(span["startTimeUnixNano"], "1700000000123000000");
        assert_eq!(span["endTimeUnixNano"], "1700000000123456789");
        assert_eq!(span["status"], Value::Null);
        let expected = json!([
            {"key": "http.request.method", "value": {"stringValue": "GET"}},
            {"key": "http.route", "value": {"stringValue": "/api/v1/plans/{plan}"}},
            {"key": "http.response.status_code", "value": {"intValue": "200"}},
        ]);
        assert_eq!(span["attributes"], expected);
    }

    #[test]
    fn only_a_failure_of_the_server_is_an_error() {
        for (status, is_error) in [(0, false), (404, false), (500, true), (503, true)] {
            let span = span(status);
            assert_eq!(span["status"]["code"] == 2, is_error, "{status}");
            let told = span["attributes"].to_string().contains("error.type");
            assert_eq!(told, is_error, "{status}");
        }
    }

    #[test]
    fn a_method_that_a_client_made_up_is_not_told() {
        assert_eq!(known_method("PATCH"), "PATCH");
        assert_eq!(known_method("MY-SECRET"), "_OTHER");
    }
}
