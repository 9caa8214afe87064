//! Writing YAML in its canonical form.

use super::super::tree::Tree;
use super::flow;
use super::scalar::{Place, is_longer, scalar, write_text};

/// Maximum number of columns of a line with brackets.
const COLUMNS: usize = 110;
/// The number of spaces that the canonical form indents by.
const INDENT: usize = 2;
/// Maximum number of characters of a key before its colon. YAML readers allow 1024, quotes and
/// escapes included.
const MAX_KEY: usize = 128;

/// Writes a document.
pub fn write(tree: &Tree) -> String {
    let mut writer = Writer::new(INDENT);
    match tree {
        Tree::Map(entries) if !entries.is_empty() => writer.map(entries, 0, Level::Document),
        _ => writer.inline(tree, 0),
    }
    writer.out.push('\n');
    writer.out
}

/// Writes an entry of a mapping whose keys have this column, with a final line break. The level is
/// that of the value.
pub fn entry(key: &str, tree: &Tree, level: Level, column: usize, indent: usize) -> String {
    let mut writer = Writer::new(indent);
    writer.out.push_str(&" ".repeat(column));
    writer.entry(key, tree, column, level);
    writer.out.push('\n');
    writer.out
}

/// Writes what comes after the colon of a key: a space and a value, or a line break and a block. The
/// colon ends at the column `end`.
pub fn value(tree: &Tree, level: Level, column: usize, end: usize, indent: usize) -> String {
    let mut writer = Writer::new(indent);
    writer.out.push_str(&" ".repeat(end));
    writer.value(tree, column, level);
    writer.out.split_off(end)
}

/// How deep a value is in a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// The document.
    Document,
    /// A section that is not [`Self::Plans`].
    Section,
    /// The section of plans.
    Plans,
    /// A plan.
    Plan,
    /// The features, prices or currencies of a plan.
    PlanPart,
    /// Inside one of these.
    Inner,
}

impl Level {
    /// The level of the value of a key.
    #[must_use]
    pub fn of_value(self, key: &str) -> Self {
        match (self, key) {
            (Self::Document, "plans") => Self::Plans,
            (Self::Document, _) => Self::Section,
            (Self::Plans, _) => Self::Plan,
            (Self::Plan, "features" | "prices" | "regional") => Self::PlanPart,
            _ => Self::Inner,
        }
    }
}

struct Writer {
    out: String,
    indent: usize,
    /// The offset at which the line begins.
    line: usize,
}

impl Writer {
    fn new(indent: usize) -> Self {
        Self {
            out: String::new(),
            indent,
            line: 0,
        }
    }

    fn new_line(&mut self, column: usize) {
        self.out.push('\n');
        self.line = self.out.len();
        self.out.extend(std::iter::repeat_n(' ', column));
    }

    fn map(&mut self, entries: &[(String, Tree)], column: usize, level: Level) {
        for (index, (key, value)) in entries.iter().enumerate() {
            if index > 0 {
                self.new_line(column);
            }
            self.entry(key, value, column, level.of_value(key));
        }
    }

    fn entry(&mut self, key: &str, value: &Tree, column: usize, level: Level) {
        let key = write_text(key, Place::Flow);
        if is_longer(&key, MAX_KEY) {
            self.out.extend(["? ", &key]);
            self.new_line(column);
        } else {
            self.out.push_str(&key);
        }
        self.out.push(':');
        self.value(value, column, level);
    }

    fn value(&mut self, tree: &Tree, column: usize, level: Level) {
        let is_block = level != Level::Inner && matches!(tree, Tree::Map(_)) && is_nested(tree);
        self.out.push(' ');
        if is_block || !self.line(tree) {
            self.out.pop();
            self.new_line(column + self.indent);
            self.block(tree, column + self.indent, level);
        }
    }

    fn list(&mut self, items: &[Tree], column: usize) {
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                self.new_line(column);
            }
            self.out.push_str("- ");
            self.inline(item, column + 2);
        }
    }

    /// Writes a value at the end of a line; a block continues in this column.
    fn inline(&mut self, tree: &Tree, column: usize) {
        if !self.line(tree) {
            self.block(tree, column, Level::Inner);
        }
    }

    fn block(&mut self, tree: &Tree, column: usize, level: Level) {
        match tree {
            Tree::Map(entries) => self.map(entries, column, level),
            Tree::List(items) => self.list(items, column),
            _ => self.out.push_str(&scalar(tree, Place::Block)),
        }
    }

    /// Writes a value on the rest of a line: a scalar, or, if the columns suffice, a list or mapping
    /// in brackets.
    fn line(&mut self, tree: &Tree) -> bool {
        if !is_nested(tree) {
            self.out.push_str(&scalar(tree, Place::Block));
            return true;
        }
        let used = self.out[self.line..].chars().count();
        let flow = flow::write(tree, COLUMNS.saturating_sub(used));
        let fits = flow.is_some();
        self.out.extend(flow);
        fits
    }
}

/// Whether a value is a list or mapping that has something in it.
fn is_nested(tree: &Tree) -> bool {
    match tree {
        Tree::List(items) => !items.is_empty(),
        Tree::Map(entries) => !entries.is_empty(),
        _ => false,
    }
}
