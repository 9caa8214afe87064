//! What an operator measures and traces: counters, and spans on their way to a collector.
//!
//! A request pays for what is asked for: a few additions for [`requests`], a span for [`export`], and
//! nothing where both are off. No label and no attribute takes a value from a client.

use std::sync::Arc;

use opentelemetry::trace::SpanContext;

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

/// What is told of every request.
#[derive(Debug, Clone, Default)]
pub struct Observer {
    /// Counts it.
    pub requests: Option<Arc<Requests>>,
    /// Sends it to a collector.
    pub spans: Option<Spans>,
}

impl Observer {
    /// Whether there is anything to be told.
    pub fn is_watching(&self) -> bool {
        self.requests.is_some() || self.spans.is_some()
    }

    /// The trace that a request belongs to: that of its caller, or else, where spans are sent, a new
    /// one.
    pub fn trace(&self, caller: Option<SpanContext>) -> Option<RequestTrace> {
        match &self.spans {
            Some(spans) => Some(spans.start(caller).into()),
            None => caller.map(RequestTrace::from),
        }
    }

    /// Takes in a request that has ended just now.
    pub fn ended(&self, ended: &Ended<'_>, trace: Option<RequestTrace>) {
        if let Some(requests) = &self.requests {
            requests.count(ended);
        }
        if let (Some(spans), Some(span)) = (&self.spans, trace.and_then(RequestTrace::into_span)) {
            let operation = ended.operation.and_then(|name| spans.operation(name));
            span::end(span, ended, operation);
        }
    }
}
