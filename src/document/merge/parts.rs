//! Where the entries of a YAML text are.

use saphyr_parser::{Event, ScalarStyle, Span};

use super::super::yaml::events::Events;
use super::lines::Lines;
use super::offsets::Offsets;

/// An entry of a mapping in block style.
#[derive(Debug)]
pub struct Part {
    /// The key.
    pub key: String,
    /// The offset of the key.
    pub start: usize,
    /// The column of the key, from zero.
    pub column: usize,
    /// The offset after the colon.
    pub colon: usize,
    /// The value.
    pub value: Value,
}

/// The value of an entry.
#[derive(Debug)]
pub enum Value {
    /// A mapping in block style.
    Map(Vec<Part>),
    /// Any other value, and the offset at which it ends.
    Other(usize),
}

impl Part {
    /// The offset at which the entry ends.
    pub fn end(&self) -> usize {
        match &self.value {
            Value::Map(parts) => parts.last().map_or(self.colon, Self::end),
            Value::Other(end) => *end,
        }
    }
}

/// Finds the entries of a text that can be read. `None` if it is written in a way in which they
/// cannot be edited.
pub fn of(text: &str) -> Option<Value> {
    // A carriage return alone breaks a line of YAML, but not one of an editor.
    if text.matches('\r').count() != text.matches("\r\n").count() {
        return None;
    }
    let inner = text.strip_prefix(MARK).unwrap_or(text);
    let skipped = text.len() - inner.len();
    let mut walk = Walk {
        text,
        events: Events::of(inner),
        offsets: Offsets::of(inner, skipped),
    };
    loop {
        let (event, span) = walk.next()?;
        if !matches!(event, Event::StreamStart | Event::DocumentStart(_)) {
            return walk.value(&event, span, skipped);
        }
    }
}

/// The byte order mark, which a text may begin with.
const MARK: char = '\u{feff}';

struct Walk<'a> {
    text: &'a str,
    events: Events<'a>,
    offsets: Offsets<'a>,
}

impl<'a> Walk<'a> {
    fn next(&mut self) -> Option<(Event<'a>, Span)> {
        self.events.next()?.ok()
    }

    fn is_at(&self, offset: usize, byte: u8) -> bool {
        self.text.as_bytes().get(offset) == Some(&byte)
    }

    /// Finds the value that begins with an event, after an offset.
    fn value(&mut self, event: &Event, span: Span, after: usize) -> Option<Value> {
        let is_map = matches!(event, Event::MappingStart(..));
        if is_map && !self.is_at(self.offsets.at(span.start), b'{') {
            return self.map().map(Value::Map);
        }
        let end = self.end(event, span)?;
        // The end of an empty value may be before its comment.
        Some(Value::Other(end.max(after)))
    }

    fn map(&mut self) -> Option<Vec<Part>> {
        let mut parts = Vec::new();
        loop {
            let (event, span) = self.next()?;
            match &event {
                Event::MappingEnd => return Some(parts),
                Event::Scalar(key, ..) => parts.push(self.part(key.to_string(), &event, span)?),
                _ => return None,
            }
        }
    }

    fn part(&mut self, key: String, event: &Event, span: Span) -> Option<Part> {
        let start = self.offsets.at(span.start);
        let line = Lines(self.text).start(start);
        let before = self.text.get(line..start)?.trim_start_matches(MARK);
        let is_first = before.bytes().all(|byte| byte == b' ');
        let end = self.end(event, span)?;
        let rest = self.text.get(end..)?;
        let colon = end + rest.len() - rest.trim_start_matches([' ', '\t']).len();
        // Not so after `? `, for example.
        if !is_first || !self.is_at(colon, b':') {
            return None;
        }
        let (event, span) = self.next()?;
        Some(Part {
            key,
            start,
            column: before.len(),
            colon: colon + 1,
            value: self.value(&event, span, colon + 1)?,
        })
    }

    /// The end of the value that begins with an event.
    fn end(&mut self, event: &Event, span: Span) -> Option<usize> {
        let end = match event {
            Event::Scalar(text, style, ..) => self.scalar_end(text, *style, span),
            _ => self.offsets.at(span.start),
        };
        if !matches!(event, Event::SequenceStart(..) | Event::MappingStart(..)) {
            return Some(end);
        }
        let mut last = end;
        loop {
            let (event, span) = self.next()?;
            match event {
                Event::SequenceEnd | Event::MappingEnd => {
                    let closing = self.offsets.at(span.start);
                    let is_flow = self.is_at(closing, b']') || self.is_at(closing, b'}');
                    let is_later = closing >= last && is_flow;
                    return Some(if is_later { closing + 1 } else { last });
                }
                _ => last = last.max(self.end(&event, span)?),
            }
        }
    }

    fn scalar_end(&self, text: &str, style: ScalarStyle, span: Span) -> usize {
        let (start, end) = (self.offsets.at(span.start), self.offsets.at(span.end));
        match style {
            // An empty one is at the colon before it.
            ScalarStyle::Plain if text.is_empty() && self.is_at(start, b':') => start + 1,
            ScalarStyle::Plain => end,
            // What comes after the quotes is counted as their part.
            ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => self.quoted_end(start),
            // So is the white space after a block.
            ScalarStyle::Literal | ScalarStyle::Folded => {
                self.text.get(..end).unwrap_or_default().trim_end().len()
            }
        }
    }

    /// The end of the text in quotes that begins at an offset. Two single quotes are read as two
    /// texts without a gap.
    fn quoted_end(&self, start: usize) -> usize {
        let bytes = self.text.as_bytes();
        let quote = bytes.get(start).copied().unwrap_or(b'"');
        let mut at = start + 1;
        while let Some(byte) = bytes.get(at) {
            match byte {
                b'\\' if quote == b'"' => at += 1,
                _ if *byte != quote => {}
                b'\'' if bytes.get(at + 1) == Some(&quote) => at += 1,
                _ => return at + 1,
            }
            at += 1;
        }
        bytes.len()
    }
}
