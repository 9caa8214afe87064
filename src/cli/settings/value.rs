//! Parsing values that several commands take.

use crate::domain::text::Name;

/// Parses a name.
pub(super) fn name(text: &str) -> Result<Name, String> {
    Name::parse(text).ok_or_else(|| format!("must have 1 to {} characters", Name::MAX_LENGTH))
}
