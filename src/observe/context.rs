//! W3C Trace Context: which trace a request belongs to.

use std::fmt;

/// The length of a `traceparent` of version 00: two digits, 32, 16 and two, with dashes between.
const LENGTH: usize = 55;
/// The flag that says that the caller keeps its part of the trace.
const SAMPLED: u8 = 1;

/// A trace, and the span in it that called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TraceContext {
    trace_id: [u8; 16],
    /// None at the root of a trace.
    parent: Option<[u8; 8]>,
    flags: u8,
}

impl TraceContext {
    /// Reads a `traceparent`; one that is not as the specification has it counts as none. A later
    /// version may have more behind what is known of it.
    pub fn parse(header: &[u8]) -> Option<Self> {
        let (known, more) = header.split_at_checked(LENGTH)?;
        let dashes = [2, 35, 52].iter().all(|at| known[*at] == b'-');
        let version = hex::<1>(&known[..2])?[0];
        let fits = match version {
            0 => more.is_empty(),
            0xff => false,
            _ => more.is_empty() || more[0] == b'-',
        };
        let trace_id = hex(&known[3..35])?;
        let parent = hex(&known[36..52])?;
        let flags = hex::<1>(&known[53..])?[0];
        let are_ids = trace_id != [0; 16] && parent != [0; 8];
        (dashes && fits && are_ids).then_some(Self {
            trace_id,
            parent: Some(parent),
            flags,
        })
    }

    /// The start of a new trace, which is kept; none where the system has no random numbers.
    pub fn new_root() -> Option<Self> {
        Some(Self {
            trace_id: random()?,
            parent: None,
            flags: SAMPLED,
        })
    }

    /// Whether the spans of the trace are kept.
    pub fn is_sampled(&self) -> bool {
        self.flags & SAMPLED != 0
    }

    /// The span that called.
    pub fn parent(&self) -> Option<SpanId> {
        self.parent.map(SpanId)
    }
}

/// The id of the trace, as it is logged.
impl fmt::Display for TraceContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_hex(f, &self.trace_id)
    }
}

/// Names a span.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SpanId([u8; 8]);

impl fmt::Display for SpanId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_hex(f, &self.0)
    }
}

/// The id of a new span; none where the system has no random numbers.
pub fn new_span_id() -> Option<SpanId> {
    random().map(SpanId)
}

/// Random bytes that are not all zero, which would be no id.
fn random<const N: usize>() -> Option<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).ok()?;
    bytes[N - 1] |= u8::from(bytes == [0; N]);
    Some(bytes)
}

fn write_hex(f: &mut fmt::Formatter<'_>, bytes: &[u8]) -> fmt::Result {
    bytes.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
}

/// Lower case only, as the specification has it.
fn hex<const N: usize>(digits: &[u8]) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        *byte = digit(pair[0])? << 4 | digit(pair[1])?;
    }
    Some(bytes)
}

fn digit(character: u8) -> Option<u8> {
    match character {
        b'0'..=b'9' => Some(character - b'0'),
        b'a'..=b'f' => Some(character - b'a' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
    const PARENT: &str = "00f067aa0ba902b7";

    fn parse(text: &str) -> Option<TraceContext> {
        TraceContext::parse(text.as_bytes())
    }

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
            let context = parse(&text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!(context.to_string(), TRACE);
            assert_eq!(context.parent().unwrap().to_string(), PARENT);
            assert_eq!(context.is_sampled(), sampled, "{text}");
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
            format!("00-{TRACE}-{PARENT}-01 "),
            format!("ff-{TRACE}-{PARENT}-01"),
            format!("cc-{TRACE}-{PARENT}-01.more"),
            format!("0g-{TRACE}-{PARENT}-01"),
            format!("00-{zeros}-{PARENT}-01"),
            format!("00-{TRACE}-{}-01", &zeros[..16]),
            format!("00-{upper}-{PARENT}-01"),
            format!("00_{TRACE}-{PARENT}-01"),
            format!("00-{TRACE}é{}-01", &PARENT[1..]),
        ] {
            assert_eq!(parse(&text), None, "{text}");
        }
    }

    #[test]
    fn new_ids_differ() {
        let (one, two) = (TraceContext::new_root(), TraceContext::new_root());
        assert!(one.is_some() && one != two);
        assert!(new_span_id() != new_span_id());
    }
}
