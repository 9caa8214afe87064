//! W3C Trace Context: the trace that a request belongs to.

use std::fmt;

use opentelemetry::trace::{Span as _, SpanContext, SpanId, TraceFlags, TraceId, TraceState};
use opentelemetry_sdk::trace::Span;

/// The length of a `traceparent` of version 00: two digits, 32, 16 and two, with dashes between.
const LENGTH: usize = 55;

/// The trace that a request belongs to, with its span if this server sends spans.
#[derive(Debug)]
pub struct RequestTrace {
    id: TraceId,
    span: Option<Box<Span>>,
}

impl RequestTrace {
    /// The span, which is recorded when it ends.
    pub fn into_span(self) -> Option<Span> {
        self.span.map(|span| *span)
    }
}

impl From<SpanContext> for RequestTrace {
    fn from(caller: SpanContext) -> Self {
        Self {
            id: caller.trace_id(),
            span: None,
        }
    }
}

impl From<Span> for RequestTrace {
    fn from(span: Span) -> Self {
        Self {
            id: span.span_context().trace_id(),
            span: Some(Box::new(span)),
        }
    }
}

/// The id of the trace, for the log.
impl fmt::Display for RequestTrace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.id.fmt(f)
    }
}

/// Parses a `traceparent`, which names the caller's span. An invalid one is ignored. A later
/// version may add fields after those of version 00.
///
/// The propagator of the library is not used, since it accepts ids of any length.
pub fn parse(header: &[u8]) -> Option<SpanContext> {
    let header = str::from_utf8(header).ok()?;
    let (fields, more) = header.split_at_checked(LENGTH)?;
    let is_known = |byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f' | b'-');
    if !fields.bytes().all(is_known) || !(more.is_empty() || more.starts_with('-')) {
        return None;
    }
    let fields: Vec<_> = fields.split('-').collect();
    let [version, trace_id, span_id, flags] = fields[..] else {
        return None;
    };
    let lengths = (version.len(), trace_id.len(), span_id.len());
    if lengths != (2, 32, 16) || version == "ff" || (version == "00" && !more.is_empty()) {
        return None;
    }
    let context = SpanContext::new(
        TraceId::from_hex(trace_id).ok()?,
        SpanId::from_hex(span_id).ok()?,
        TraceFlags::new(u8::from_str_radix(flags, 16).ok()?),
        true,
        TraceState::NONE,
    );
    context.is_valid().then_some(context)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
    const PARENT: &str = "00f067aa0ba902b7";

    #[test]
    fn a_valid_context_is_read() {
        for (version, flags, more, sampled) in [
            ("00", "01", "", true),
            ("00", "00", "", false),
            ("00", "ff", "", true),
            ("00", "02", "", false),
            ("cc", "01", "", true),
            ("cc", "01", "-what-comes-later", true),
        ] {
            let text = format!("{version}-{TRACE}-{PARENT}-{flags}{more}");
            let context = parse(text.as_bytes()).unwrap_or_else(|| panic!("{text}"));
            assert_eq!(context.span_id().to_string(), PARENT);
            assert_eq!(context.is_sampled(), sampled, "{text}");
            assert!(context.is_remote());
            assert_eq!(RequestTrace::from(context).to_string(), TRACE);
        }
    }

    #[test]
    fn an_invalid_context_is_none() {
        let zeros = "0".repeat(32);
        let upper = TRACE.to_uppercase();
        for text in [
            String::new(),
            "00".to_owned(),
            format!("00-{TRACE}-{PARENT}"),
            format!("00-{TRACE}-{PARENT}-0"),
            format!("00-{TRACE}-{PARENT}-01-more"),
            format!("00-{TRACE}-{PARENT}-01-"),
            format!("00-{TRACE}-{PARENT}-01 "),
            format!("00-{}-{PARENT}0-01", &TRACE[1..]),
            format!("00-{TRACE}-+{}-01", &PARENT[1..]),
            format!("00-{TRACE}--{}-01", &PARENT[1..]),
            format!("ff-{TRACE}-{PARENT}-01"),
            format!("cc-{TRACE}-{PARENT}-01.more"),
            format!("0g-{TRACE}-{PARENT}-01"),
            format!("00-{zeros}-{PARENT}-01"),
            format!("00-{TRACE}-{}-01", &zeros[..16]),
            format!("00-{upper}-{PARENT}-01"),
            format!("00_{TRACE}-{PARENT}-01"),
            format!("00-{TRACE}é{}-01", &PARENT[1..]),
        ] {
            assert_eq!(parse(text.as_bytes()), None, "{text}");
        }
    }
}
