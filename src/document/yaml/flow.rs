//! Writing values in brackets.

use super::super::tree::Tree;
use super::scalar::{Place, is_longer, scalar, write_text};

/// A value in brackets, with a limited number of columns.
struct Flow {
    out: String,
    left: usize,
}

/// Writes a value in brackets; `None` if the columns do not suffice.
pub fn write(tree: &Tree, columns: usize) -> Option<String> {
    let mut flow = Flow {
        out: String::new(),
        left: columns,
    };
    flow.put(tree)?;
    Some(flow.out)
}

impl Flow {
    /// Writes a value; `None` if the columns do not suffice.
    fn put(&mut self, tree: &Tree) -> Option<()> {
        match tree {
            Tree::List(items) => self.put_list(items),
            Tree::Map(entries) => self.put_map(entries),
            Tree::Text(text) | Tree::Quoted(text) if is_longer(text, self.left) => None,
            _ => self.put_text(&scalar(tree, Place::Flow)),
        }
    }

    fn put_list(&mut self, items: &[Tree]) -> Option<()> {
        self.put_text("[")?;
        for (index, item) in items.iter().enumerate() {
            self.put_comma(index)?;
            self.put(item)?;
        }
        self.put_text("]")
    }

    fn put_map(&mut self, entries: &[(String, Tree)]) -> Option<()> {
        self.put_text("{")?;
        for (index, (key, value)) in entries.iter().enumerate() {
            self.put_comma(index)?;
            if is_longer(key, self.left) {
                return None;
            }
            self.put_text(&write_text(key, Place::Flow))?;
            self.put_text(": ")?;
            self.put(value)?;
        }
        self.put_text("}")
    }

    fn put_comma(&mut self, index: usize) -> Option<()> {
        match index {
            0 => Some(()),
            _ => self.put_text(", "),
        }
    }

    fn put_text(&mut self, text: &str) -> Option<()> {
        self.left = self.left.checked_sub(text.chars().count())?;
        self.out.push_str(text);
        Some(())
    }
}
