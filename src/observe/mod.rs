//! Metrics, traces and the log: counters of requests, and spans that are sent to a collector.
//!
//! A request costs only what is enabled: a few additions for [`requests`], a span for [`export`],
//! nothing if both are off. Labels and attributes never take a value from a client.

use std::sync::Arc;

use opentelemetry::trace::{Span as _, SpanContext};

pub mod context;
pub mod ended;
pub mod export;
pub mod log;
pub mod requests;
pub mod span;

use self::context::RequestTrace;
use self::ended::Ended;
use self::export::Spans;
use self::requests::Requests;

/// Observes every request.
#[derive(Debug, Clone, Default)]
pub struct Observer {
    /// Counts requests.
    pub requests: Option<Arc<Requests>>,
    /// Sends a span for each request to a collector.
    pub spans: Option<Spans>,
}

impl Observer {
    /// Whether requests are observed at all.
    pub fn is_watching(&self) -> bool {
        self.requests.is_some() || self.spans.is_some()
    }

    /// The trace of a request: its caller's, or a new one if spans are sent.
    pub fn trace(&self, caller: Option<SpanContext>) -> Option<RequestTrace> {
        match &self.spans {
            Some(spans) => Some(spans.start(caller).into()),
            None => caller.map(RequestTrace::from),
        }
    }

    /// Records a request that has just ended.
    pub fn ended(&self, ended: &Ended<'_>, trace: Option<RequestTrace>) {
        if let Some(requests) = &self.requests {
            requests.count(ended);
        }
        if let (Some(spans), Some(span)) = (&self.spans, trace.and_then(RequestTrace::into_span))
            && span.is_recording()
        {
            let operation = ended.operation.and_then(|name| spans.operation(name));
            span::end(span, ended, operation);
        }
    }
}
