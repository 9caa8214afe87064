//! What a document may measure, so that a hostile one costs little.

use super::mistakes::Mistakes;
use super::node::{Mistake, Position};

/// Maximum length of the text in bytes.
pub const MAX_BYTES: usize = 32 * 1024 * 1024;
/// Maximum number of lists and mappings inside each other.
pub const MAX_DEPTH: usize = 32;
/// Maximum number of values.
pub const MAX_NODES: usize = 2_000_000;

/// Refuses a text that is too long.
pub fn check_length(text: &str) -> Result<(), Vec<Mistake>> {
    if text.len() <= MAX_BYTES {
        return Ok(());
    }
    let message = format!("The text must have at most {MAX_BYTES} bytes.");
    Err(Mistakes::of(Position { line: 1, column: 1 }, message))
}

/// The message for a value inside too many others.
pub fn too_deep() -> String {
    format!("Lists and mappings must be at most {MAX_DEPTH} deep.")
}

/// The message for a document with too many values.
pub fn too_many() -> String {
    format!("The document must have at most {MAX_NODES} values.")
}
