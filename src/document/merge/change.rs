//! The edits that change a file.

use std::collections::{HashMap, HashSet};

use super::super::tree::Tree;
use super::super::yaml::{self, Level};
use super::edit::Edit;
use super::extent;
use super::lines::Lines;
use super::parts::{Part, Value};
use super::same::IsSame;

/// The number of spaces to indent by where the file does not show another.
const INDENT: usize = 2;

/// The edits, as they are found.
pub struct Changes<'a> {
    lines: Lines<'a>,
    is_same: IsSame<'a>,
    /// The number of spaces that the file indents by.
    indent: usize,
    /// The path of the mapping that is changed, and the level of its values.
    path: Vec<String>,
    level: Level,
    /// The edits so far.
    pub edits: Vec<Edit>,
}

impl<'a> Changes<'a> {
    /// Begins to change a text with these entries.
    pub fn new(text: &'a str, parts: &[Part], is_same: IsSame<'a>) -> Self {
        Self {
            lines: Lines(text),
            is_same,
            indent: indent_of(parts).unwrap_or(INDENT),
            path: Vec::new(),
            level: Level::Document,
            edits: Vec::new(),
        }
    }

    /// Changes a mapping so that it has the wanted entries.
    pub fn change_map(&mut self, parts: &[Part], wanted: &[(String, Tree)]) {
        let trees: HashMap<_, _> = wanted.iter().map(|(key, tree)| (&**key, tree)).collect();
        for (index, part) in parts.iter().enumerate() {
            self.at(&part.key, |changes| match trees.get(&*part.key) {
                _ if changes.is_same() => {}
                Some(tree) => changes.change(part, tree),
                None => {
                    let before = index.checked_sub(1).and_then(|index| parts.get(index));
                    changes.remove(part, before);
                }
            });
        }
        self.add_missing(parts, wanted);
    }

    /// Goes on with the entry of a key.
    fn at(&mut self, key: &str, go_on: impl FnOnce(&mut Self)) {
        let level = self.level;
        self.level = level.of_value(key);
        self.path.push(key.to_owned());
        go_on(self);
        self.path.pop();
        self.level = level;
    }

    fn is_same(&self) -> bool {
        (self.is_same)(&self.path)
    }

    fn change(&mut self, part: &Part, tree: &Tree) {
        if let (Value::Map(parts), Tree::Map(wanted)) = (&part.value, tree) {
            let keys: HashSet<_> = wanted.iter().map(|(key, _)| &**key).collect();
            // Without a common entry nothing would hold the new ones.
            if parts.iter().any(|part| keys.contains(&*part.key)) {
                return self.change_map(parts, wanted);
            }
        }
        self.replace(part, tree);
    }

    /// Replaces a value.
    fn replace(&mut self, part: &Part, tree: &Tree) {
        let line = self.lines.start(part.start);
        let column = self.lines.0.get(line..part.colon).unwrap_or_default();
        let column = column.chars().count();
        let new = yaml::value(tree, self.level, part.column, column, self.indent);
        let end = part.end();
        let rest = self.lines.rest(part.colon);
        let value = rest.trim_start();
        let begins_later =
            end > self.lines.end(part.colon) && (value.is_empty() || value.starts_with('#'));
        if begins_later {
            self.replace_lines(part.colon, end, new);
        } else if new.starts_with('\n') {
            self.edit(part.colon, end, String::new());
            self.edit(self.lines.end(end), self.lines.end(end), new);
        } else if end == part.colon {
            self.edit(end, end, new);
        } else {
            let start = part.colon + rest.len() - value.len();
            self.edit(start, end, new.trim_start().to_owned());
        }
    }

    /// Replaces a value that begins in the line after its key. A comment after the key stays.
    fn replace_lines(&mut self, colon: usize, end: usize, new: String) {
        let (first, last) = (self.lines.end(colon), self.lines.end(end));
        if new.starts_with('\n') {
            self.edit(first, last, new);
        } else {
            self.edit(colon, colon, new);
            self.edit(first, last, String::new());
        }
    }

    /// Removes an entry with the comments directly above it.
    fn remove(&mut self, part: &Part, before: Option<&Part>) {
        let mut start = extent::start(self.lines, part, before);
        let mut end = extent::end(self.lines, part);
        if let Some(above) = extent::blank_above(self.lines, start, before) {
            // One blank line is left of those above and below.
            if self.lines.is_blank(end) {
                end = self.lines.next(end);
            } else if end >= self.lines.0.len() {
                start = above;
            }
        }
        self.edit(start, end, String::new());
    }

    /// Adds the entries that the file lacks.
    fn add_missing(&mut self, parts: &[Part], wanted: &[(String, Tree)]) {
        let by_key: HashMap<_, _> = parts.iter().map(|part| (&*part.key, part)).collect();
        let is_missing = |(key, _): &(String, Tree)| !by_key.contains_key(&**key);
        let is_spaced = wanted.iter().any(is_missing) && extent::are_spaced(self.lines, parts);
        let mut before = parts.last();
        let mut is_first = true;
        for (key, tree) in wanted {
            if let Some(part) = by_key.get(&**key).copied() {
                (before, is_first) = (Some(part), false);
                continue;
            }
            let after = if is_first { parts.last() } else { before };
            if let Some(after) = after {
                self.at(key, |changes| {
                    if !changes.is_same() {
                        changes.add(key, tree, after, is_spaced);
                    }
                });
            }
        }
    }

    fn add(&mut self, key: &str, tree: &Tree, after: &Part, is_spaced: bool) {
        let at = extent::end(self.lines, after);
        let mut text = yaml::entry(key, tree, self.level, after.column, self.indent);
        if is_spaced {
            text.insert(0, '\n');
        }
        if !self.lines.0.get(..at).unwrap_or_default().ends_with('\n') {
            // The last line of the file has no line break.
            text.pop();
            text.insert(0, '\n');
        }
        self.edit(at, at, text);
    }

    fn edit(&mut self, start: usize, end: usize, text: String) {
        self.edits.push(Edit { start, end, text });
    }
}

/// The number of spaces by which the first mapping inside another is indented.
fn indent_of(parts: &[Part]) -> Option<usize> {
    parts.iter().find_map(|part| match &part.value {
        Value::Map(inner) => inner.first()?.column.checked_sub(part.column),
        Value::Other(_) => None,
    })
}
