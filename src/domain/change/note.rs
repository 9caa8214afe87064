//! The note of a change.

use crate::domain::redaction::has_secret;

/// Why a change was made, in the words of the client: 1 to 500 characters, none of them a control
/// character.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note(String);

impl Note {
    /// Maximum number of characters.
    pub const MAX_LENGTH: usize = 500;

    /// Parses a note.
    ///
    /// # Errors
    /// A sentence about what is wrong with the text.
    pub fn parse(text: &str) -> Result<Self, String> {
        let length = text.chars().count();
        if !(1..=Self::MAX_LENGTH).contains(&length) {
            return Err(format!("Must have 1 to {} characters.", Self::MAX_LENGTH));
        }
        if text.chars().any(char::is_control) {
            return Err("Must have no control characters.".to_owned());
        }
        if has_secret(text) {
            return Err("Must not contain an API key.".to_owned());
        }
        Ok(Self(text.to_owned()))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
