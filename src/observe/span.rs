//! The span of a request.

use opentelemetry::KeyValue;
use opentelemetry::trace::{Span as _, Status};
use opentelemetry_sdk::trace::Span;

use super::ended::Ended;

/// An operation of the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Operation {
    /// Its `operationId`.
    pub name: &'static str,
    /// Its path with the names of parameters, such as `/api/v1/plans/{plan}`.
    pub route: &'static str,
}

/// Ends the span of a request that is sampled. `operation` is `None` if the request was for none.
pub(super) fn end(mut span: Span, ended: &Ended<'_>, operation: Option<&Operation>) {
    let method = known_method(ended.method);
    span.update_name(operation.map_or(method, |operation| operation.name));
    span.set_attribute(KeyValue::new("http.request.method", method));
    if let Some(operation) = operation {
        span.set_attribute(KeyValue::new("http.route", operation.route));
    }
    if ended.status > 0 {
        let status = i64::from(ended.status);
        span.set_attribute(KeyValue::new("http.response.status_code", status));
    }
    if ended.status >= 500 {
        let status = ended.status.to_string();
        span.set_attribute(KeyValue::new("error.type", status));
        span.set_status(Status::error(""));
    }
    span.end();
}

/// A method by its name. Clients may invent names, and those are not recorded.
fn known_method(method: &str) -> &'static str {
    const KNOWN: [&str; 9] = [
        "GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH",
    ];
    let found = KNOWN.iter().find(|known| **known == method);
    found.copied().unwrap_or("_OTHER")
}

/// The operations that a span can be about.
pub type Operations = &'static [Operation];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::observe::context;
    use opentelemetry::trace::{SpanKind, TraceContextExt, Tracer as _, TracerProvider as _};
    use opentelemetry_sdk::error::OTelSdkResult;
    use opentelemetry_sdk::trace::{SdkTracerProvider, SpanData, SpanExporter};
    use std::sync::{Arc, Mutex};
    use std::time::Duration;

    #[derive(Debug, Clone, Default)]
    struct Recorder(Arc<Mutex<Vec<SpanData>>>);

    impl SpanExporter for Recorder {
        async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
            self.0.lock().unwrap().extend(batch);
            Ok(())
        }
    }

    /// The span of a request that got this status.
    fn recorded(status: u16) -> SpanData {
        let recorder = Recorder::default();
        let provider = SdkTracerProvider::builder().with_simple_exporter(recorder.clone());
        let tracer = provider.build().tracer("pricebook");
        let header = b"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        let caller = context::parse(header).unwrap();
        let caller = opentelemetry::Context::new().with_remote_span_context(caller);
        let builder = tracer.span_builder("request").with_kind(SpanKind::Server);
        let ended = Ended {
            operation: Some("getPlan"),
            is_api: true,
            method: "GET",
            status,
            took: Duration::ZERO,
        };
        let operation = Operation {
            name: "getPlan",
            route: "/api/v1/plans/{plan}",
        };
        let span = tracer.build_with_context(builder, &caller);
        end(span, &ended, Some(&operation));
        recorder.0.lock().unwrap().pop().unwrap()
    }

    #[test]
    fn a_span_says_what_happened_and_no_more() {
        let span = recorded(200);
        assert_eq!(span.name, "getPlan");
        assert_eq!(span.parent_span_id.to_string(), "00f067aa0ba902b7");
        assert!(span.parent_span_is_remote && span.span_context.is_sampled());
        assert!(span.start_time <= span.end_time);
        assert_eq!(span.status, Status::Unset);
        let expected = [
            KeyValue::new("http.request.method", "GET"),
            KeyValue::new("http.route", "/api/v1/plans/{plan}"),
            KeyValue::new("http.response.status_code", 200),
        ];
        assert_eq!(span.attributes, expected);
    }

    #[test]
    fn only_a_failure_of_the_server_is_an_error() {
        for (status, is_error) in [(0, false), (404, false), (500, true), (503, true)] {
            let span = recorded(status);
            assert_eq!(span.status == Status::error(""), is_error, "{status}");
            let mut keys = span
                .attributes
                .iter()
                .map(|attribute| attribute.key.as_str());
            assert_eq!(keys.any(|key| key == "error.type"), is_error, "{status}");
        }
    }

    #[test]
    fn a_method_that_a_client_made_up_is_not_told() {
        assert_eq!(known_method("PATCH"), "PATCH");
        assert_eq!(known_method("MY-SECRET"), "_OTHER");
    }
}
