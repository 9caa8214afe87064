//! Reading YAML.

use std::collections::HashMap;

use saphyr_parser::{Event, Marker, ScalarStyle, Span};
use serde_json::value::RawValue;

use super::super::json;
use super::super::limits::{MAX_DEPTH, MAX_NODES, check_length, too_deep, too_many};
use super::super::mistakes::Mistakes;
use super::super::node::{Content, Entry, Mistake, Node, Position};
use super::super::path::{self, Step};
use super::events::{Events, Problem};

/// Reads a document: one mapping, without anchors, aliases, tags, merge keys and directives. The
/// text may also be JSON.
pub fn read(text: &str) -> Result<Node, Vec<Mistake>> {
    check_length(text)?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if let Some(value) = json_value(text) {
        return json::read(value, text);
    }
    if let Some(line) = directive_line(text) {
        let at = Position { line, column: 1 };
        return Err(Mistakes::of(at, "Directives are not allowed."));
    }
    let mut reader = Reader::default();
    for event in Events::of(text) {
        reader.take(event);
        if reader.is_done || reader.mistakes.is_full() {
            break;
        }
    }
    reader.mistakes.or(reader.root)
}

/// The text as JSON. What YAML allows in JSON differs, such as pairs of surrogates, and JSON is
/// faster to read.
fn json_value(text: &str) -> Option<&RawValue> {
    let is_mapping = text.trim_start().starts_with('{');
    is_mapping.then(|| serde_json::from_str(text).ok())?
}

/// The line of a directive in front of the document.
fn directive_line(text: &str) -> Option<usize> {
    let is_before = |line: &str| line.is_empty() || line.starts_with('#') || line == "...";
    let mut lines = text.lines().enumerate();
    let first = lines.find(|(_, line)| !is_before(line.trim()));
    let (index, _) = first.filter(|(_, line)| line.starts_with('%'))?;
    Some(index + 1)
}

/// What has been read so far.
#[derive(Default)]
struct Reader {
    /// The lists and mappings that are not yet complete, from the outermost.
    open: Vec<Open>,
    nodes: usize,
    root: Option<Node>,
    /// Whether the rest is not read.
    is_done: bool,
    mistakes: Mistakes,
}

enum Open {
    List {
        at: Position,
        items: Vec<Node>,
    },
    Map {
        at: Position,
        entries: Vec<Entry>,
        /// The key whose value comes next.
        key: Option<(String, Position)>,
    },
}

impl Reader {
    fn take(&mut self, event: Result<(Event, Span), Problem>) {
        match event {
            Ok((event, span)) => self.take_event(event, position(span.start)),
            Err(problem) => self.take_problem(&problem),
        }
    }

    fn take_problem(&mut self, problem: &Problem) {
        let (at, message) = match problem {
            Problem::Syntax(error) => {
                let reason = error.info();
                (
                    *error.marker(),
                    format!("The text is not valid YAML: {reason}."),
                )
            }
            Problem::TooLarge(at) => (*at, TOO_LARGE.to_owned()),
        };
        self.stop(position(at), message);
    }

    fn take_event(&mut self, event: Event, at: Position) {
        match event {
            Event::DocumentStart(_) if self.root.is_some() => {
                let message = "The text must have one document only.";
                self.mistakes.add(String::new(), at, message);
                self.is_done = true;
            }
            Event::Alias(_) => {
                self.add(at, "Aliases are not allowed.");
                self.take_scalar("", ScalarStyle::Plain, at);
            }
            Event::Scalar(text, style, anchor, tag) => {
                self.check(anchor, tag.is_some(), at);
                self.take_scalar(&text, style, at);
            }
            Event::SequenceStart(anchor, tag) => {
                self.check(anchor, tag.is_some(), at);
                let items = Vec::new();
                self.open(Open::List { at, items }, at);
            }
            Event::MappingStart(anchor, tag) => {
                self.check(anchor, tag.is_some(), at);
                let (entries, key) = (Vec::new(), None);
                self.open(Open::Map { at, entries, key }, at);
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(),
            Event::StreamEnd if self.root.is_none() => self.stop(at, EMPTY),
            _ => {}
        }
    }

    /// Checks the properties of a node.
    fn check(&mut self, anchor: usize, has_tag: bool, at: Position) {
        if anchor > 0 {
            self.add(at, "Anchors are not allowed.");
        }
        if has_tag {
            self.add(at, "Tags are not allowed.");
        }
        self.nodes += 1;
        if self.nodes > MAX_NODES {
            self.stop(at, too_many());
        }
    }

    fn take_scalar(&mut self, text: &str, style: ScalarStyle, at: Position) {
        let is_plain = style == ScalarStyle::Plain;
        // The text that the library made may have a larger capacity.
        let text = text.to_owned();
        match self.open.last_mut() {
            None if text.is_empty() && is_plain => self.stop(at, EMPTY),
            None => self.stop(at, NO_MAPPING),
            Some(Open::Map { key, .. }) if key.is_none() => {
                let is_merge = is_plain && text == "<<";
                *key = Some((text, at));
                if is_merge {
                    self.add(at, "Merge keys are not allowed.");
                }
            }
            _ if is_plain => self.place(Content::Plain(text), at),
            _ => self.place(Content::Quoted(text), at),
        }
    }

    fn open(&mut self, open: Open, at: Position) {
        match self.open.last() {
            None if matches!(open, Open::List { .. }) => self.stop(at, NO_MAPPING),
            Some(Open::Map { key: None, .. }) => {
                self.stop(at, "A key must be a text, not a list or mapping.");
            }
            _ if self.open.len() >= MAX_DEPTH => self.stop(at, too_deep()),
            _ => self.open.push(open),
        }
    }

    fn close(&mut self) {
        match self.open.pop() {
            Some(Open::List { at, items }) => self.place(Content::List(items), at),
            Some(Open::Map { at, entries, .. }) => {
                self.check_keys(&entries);
                self.place(Content::Map(entries), at);
            }
            None => {}
        }
    }

    /// Puts a complete value into the list or mapping around it.
    fn place(&mut self, content: Content, at: Position) {
        let value = Node { content, at };
        match self.open.last_mut() {
            None => self.root = Some(value),
            Some(Open::List { items, .. }) => items.push(value),
            Some(Open::Map { entries, key, .. }) => {
                if let Some((key, key_at)) = key.take() {
                    entries.push(Entry { key, key_at, value });
                }
            }
        }
    }

    /// Finds keys that stand twice.
    fn check_keys(&mut self, entries: &[Entry]) {
        let mut lines = HashMap::with_capacity(entries.len());
        for entry in entries {
            if let Some(line) = lines.insert(&*entry.key, entry.key_at.line) {
                let field = path::join(self.steps().chain([Step::Key(&entry.key)]));
                let message = format!("This key is already in line {line}.");
                self.mistakes.add(field, entry.key_at, message);
            }
        }
    }

    /// The path of what is read next.
    fn steps(&self) -> impl Iterator<Item = Step<'_>> {
        self.open.iter().filter_map(|open| match open {
            Open::List { items, .. } => Some(Step::Item(items.len())),
            Open::Map { key, .. } => key.as_ref().map(|(key, _)| Step::Key(key)),
        })
    }

    fn add(&mut self, at: Position, message: impl Into<String>) {
        let field = path::join(self.steps());
        self.mistakes.add(field, at, message);
    }

    fn stop(&mut self, at: Position, message: impl Into<String>) {
        self.add(at, message);
        self.is_done = true;
    }
}

const EMPTY: &str = "The document is empty.";
const NO_MAPPING: &str =
    "Is not a document of Pricebook: that is a mapping with the key `pricebook`.";
const TOO_LARGE: &str = "There are too many brackets, commas and quotes in one value. Write it in \
                         block style, or write the whole document as JSON.";

fn position(marker: Marker) -> Position {
    Position {
        line: marker.line(),
        column: marker.col() + 1,
    }
}
