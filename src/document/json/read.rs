//! Reading JSON.

use std::collections::HashMap;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::super::limits::{MAX_DEPTH, MAX_NODES, check_length, too_deep, too_many};
use super::super::mistakes::Mistakes;
use super::super::node::{Content, Entry, Mistake, Node, Position};
use super::super::path::{self, Step};
use super::super::positions::Positions;
use super::part::offset_of;
use super::parts::Parts;

/// Reads an object that is a part of a text, with the positions that it has there.
pub fn read(value: &RawValue, whole: &str) -> Result<Node, Vec<Mistake>> {
    check_length(value.get())?;
    let mut reader = Reader {
        whole,
        positions: Positions::of(whole),
        nodes: 0,
        is_done: false,
        mistakes: Mistakes::default(),
    };
    if !value.get().starts_with('{') {
        let at = reader.at(value);
        return Err(Mistakes::of(at, "The document must be an object."));
    }
    let node = reader.node(value, &Path::Root, 0);
    reader.mistakes.or(node)
}

struct Reader<'w> {
    whole: &'w str,
    positions: Positions<'w>,
    nodes: usize,
    /// Whether a limit was exceeded, so that the rest is not read.
    is_done: bool,
    mistakes: Mistakes,
}

/// The path to a value.
enum Path<'a> {
    Root,
    Inner(&'a Path<'a>, Step<'a>),
}

impl Path<'_> {
    fn text(&self) -> String {
        let mut steps = Vec::new();
        let mut path = self;
        while let Path::Inner(outer, step) = path {
            steps.push(*step);
            path = outer;
        }
        path::join(steps.into_iter().rev())
    }
}

impl Reader<'_> {
    /// Where a part of the text begins; what is no part of it begins where the text does.
    fn at(&self, part: &RawValue) -> Position {
        let offset = offset_of(self.whole, part.get());
        self.positions.at(offset.unwrap_or(0))
    }

    fn add(&mut self, path: &Path, at: Position, message: impl Into<String>) {
        self.mistakes.add(path.text(), at, message);
        self.is_done |= self.mistakes.is_full();
    }

    fn stop(&mut self, path: &Path, at: Position, message: String) {
        self.add(path, at, message);
        self.is_done = true;
    }

    /// Reads a value that is inside this number of lists and objects. `None` stands for a mistake.
    fn node(&mut self, raw: &RawValue, path: &Path, depth: usize) -> Option<Node> {
        let at = self.at(raw);
        self.nodes += 1;
        if self.nodes > MAX_NODES {
            self.stop(path, at, too_many());
        }
        if self.is_done {
            return None;
        }
        let content = match raw.get().as_bytes().first() {
            Some(b'{' | b'[') if depth >= MAX_DEPTH => {
                self.stop(path, at, too_deep());
                None
            }
            Some(b'{') => self.object(raw, at, path, depth),
            Some(b'[') => self.list(raw, at, path, depth),
            Some(b'"') => self.text(raw, at, path).map(Content::Quoted),
            _ => Some(Content::Plain(raw.get().to_owned())),
        };
        Some(Node {
            content: content?,
            at,
        })
    }

    fn text(&mut self, raw: &RawValue, at: Position, path: &Path) -> Option<String> {
        let text = serde_json::from_str(raw.get());
        if text.is_err() {
            self.add(path, at, "The text has half of a surrogate pair.");
        }
        text.ok()
    }

    /// Reads the parts of a list or an object.
    fn parts<'r, T: Deserialize<'r>>(
        &mut self,
        raw: &'r RawValue,
        at: Position,
        path: &Path,
    ) -> Option<Vec<T>>
    where
        Parts<T>: Deserialize<'r>,
    {
        match serde_json::from_str(raw.get()) {
            Ok(Parts(Some(parts))) => return Some(parts),
            Ok(Parts(None)) => self.stop(path, at, too_many()),
            Err(error) => self.add(path, at, format!("The text is not valid JSON: {error}.")),
        }
        None
    }

    fn list(&mut self, raw: &RawValue, at: Position, path: &Path, depth: usize) -> Option<Content> {
        let items = self.parts::<&RawValue>(raw, at, path)?;
        let read = items.into_iter().enumerate().map(|(index, item)| {
            let path = Path::Inner(path, Step::Item(index));
            self.node(item, &path, depth + 1)
        });
        // All are read, to find all mistakes.
        let read: Vec<_> = read.collect();
        read.into_iter().collect::<Option<_>>().map(Content::List)
    }

    fn object(
        &mut self,
        raw: &RawValue,
        at: Position,
        path: &Path,
        depth: usize,
    ) -> Option<Content> {
        let members = self.parts::<(&RawValue, &RawValue)>(raw, at, path)?;
        let mut lines = HashMap::with_capacity(members.len());
        let mut entries = Vec::with_capacity(members.len());
        let count = members.len();
        for (key, value) in members {
            let key_at = self.at(key);
            let Some(key) = self.text(key, key_at, path) else {
                continue;
            };
            let path = Path::Inner(path, Step::Key(&key));
            if let Some(line) = lines.insert(key.clone(), key_at.line) {
                self.add(
                    &path,
                    key_at,
                    format!("This key is already in line {line}."),
                );
            }
            if let Some(value) = self.node(value, &path, depth + 1) {
                entries.push(Entry { key, key_at, value });
            }
        }
        (entries.len() == count).then_some(Content::Map(entries))
    }
}
