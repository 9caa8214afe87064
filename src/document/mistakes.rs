//! Collecting mistakes.

use super::node::{Mistake, Position};
use crate::domain::error::Mistake as Told;

/// Maximum number of mistakes kept.
const MAX: usize = Told::MAX;

/// The mistakes of a document, in the order in which they were found. Beyond [`MAX`] they are dropped,
/// to bound memory.
#[derive(Debug, Default)]
pub struct Mistakes(Vec<Mistake>);

impl Mistakes {
    /// A single mistake of the whole document.
    pub fn of(at: Position, message: impl Into<String>) -> Vec<Mistake> {
        let mut mistakes = Self::default();
        mistakes.add(String::new(), at, message);
        mistakes.0
    }

    /// Adds a mistake.
    pub fn add(&mut self, field: String, at: Position, message: impl Into<String>) {
        if !self.is_full() {
            let message = message.into();
            self.0.push(Mistake { field, at, message });
        }
    }

    /// Whether further mistakes are dropped.
    pub fn is_full(&self) -> bool {
        self.0.len() >= MAX
    }

    /// The value, unless there are mistakes; these in the order of the text.
    pub fn or<T>(mut self, value: Option<T>) -> Result<T, Vec<Mistake>> {
        match value {
            Some(value) if self.0.is_empty() => Ok(value),
            _ => {
                self.0.sort_by_key(|mistake| mistake.at);
                Err(self.0)
            }
        }
    }
}
