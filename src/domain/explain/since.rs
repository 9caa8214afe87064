//! The change that last wrote a value.

use crate::domain::timestamp::Timestamp;

/// The change that last wrote a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Since {
    /// The revision of the scope that the change made.
    pub revision: i64,
    /// When it was made.
    pub at: Timestamp,
    /// Who made it.
    pub actor: SinceActor,
    /// Why, in the words of whoever made it.
    pub note: Option<String>,
}

/// Who made a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SinceActor {
    /// `api_key`, `command_line` or `system`.
    pub kind: String,
    /// The id of the key.
    pub id: Option<String>,
    /// The name of the key, or of the program.
    pub name: String,
    /// The beginning of the key.
    pub prefix: Option<String>,
}
