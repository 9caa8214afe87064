//! The fields of a mapping, and the mistakes in them.

use crate::document::node::{Content, Entry, Mistake, Node, Position};

/// Maximum number of mistakes that are told.
pub const MAX_MISTAKES: usize = 100;

/// Gathers mistakes.
#[derive(Debug, Default)]
pub(super) struct Reader {
    mistakes: Vec<Mistake>,
}

impl Reader {
    pub fn mistake(&mut self, field: &str, at: Position, message: impl Into<String>) {
        if self.mistakes.len() < MAX_MISTAKES {
            self.mistakes.push(Mistake {
                field: field.to_owned(),
                at,
                message: message.into(),
            });
        }
    }

    pub fn into_result<T>(self, read: T) -> Result<T, Vec<Mistake>> {
        match self.mistakes.is_empty() {
            true => Ok(read),
            false => Err(self.mistakes),
        }
    }
}

/// Whether a node is null: then its key might as well be left out.
pub(super) fn is_null(node: &Node) -> bool {
    let nulls = ["", "~", "null", "Null", "NULL"];
    matches!(&node.content, Content::Plain(text) if nulls.contains(&text.as_str()))
}

/// A value with its path.
#[derive(Debug, Clone)]
pub(super) struct Field<'a> {
    pub path: String,
    pub node: &'a Node,
}

impl<'a> Field<'a> {
    /// The value of an entry below a path.
    pub fn below(path: &str, entry: &'a Entry) -> Self {
        let dot = if path.is_empty() { "" } else { "." };
        Self {
            path: format!("{path}{dot}{}", entry.key),
            node: &entry.value,
        }
    }

    pub fn mistake(&self, reader: &mut Reader, message: impl Into<String>) {
        reader.mistake(&self.path, self.node.at, message);
    }

    /// The entries of a mapping, none for null.
    pub fn entries(&self, reader: &mut Reader) -> &'a [Entry] {
        match &self.node.content {
            Content::Map(entries) => entries,
            _ if is_null(self.node) => &[],
            _ => {
                self.mistake(reader, "Must be a mapping.");
                &[]
            }
        }
    }
}

/// The fields of a mapping with known keys.
#[derive(Debug)]
pub(super) struct Fields<'a> {
    path: String,
    at: Position,
    entries: &'a [Entry],
}

impl<'a> Fields<'a> {
    /// The fields of a node; unknown keys are mistakes.
    pub fn of(node: &'a Node, path: String, known: &[&str], reader: &mut Reader) -> Self {
        let field = Field { path, node };
        let entries = field.entries(reader);
        for entry in entries {
            if !known.contains(&entry.key.as_str()) {
                let path = Field::below(&field.path, entry).path;
                let message = format!("Is not known here; known are: {}.", known.join(", "));
                reader.mistake(&path, entry.key_at, message);
            }
        }
        Self {
            path: field.path,
            at: node.at,
            entries,
        }
    }

    /// A field, if it is there.
    pub fn find(&self, key: &str) -> Option<Field<'a>> {
        let entry = self.entries.iter().find(|entry| entry.key == key)?;
        Some(Field::below(&self.path, entry))
    }

    /// A field that is there and not null.
    pub fn get(&self, key: &str) -> Option<Field<'a>> {
        self.find(key).filter(|field| !is_null(field.node))
    }

    /// A field that must be there.
    pub fn require(&self, key: &str, reader: &mut Reader) -> Option<Field<'a>> {
        let found = self.get(key);
        if found.is_none() {
            self.mistake(reader, key, "Is required.");
        }
        found
    }

    /// A mistake of a field that may not be there.
    pub fn mistake(&self, reader: &mut Reader, key: &str, message: impl Into<String>) {
        let found = self.find(key);
        let at = found.map_or(self.at, |field| field.node.at);
        let dot = if self.path.is_empty() { "" } else { "." };
        reader.mistake(&format!("{}{dot}{key}", self.path), at, message);
    }
}
