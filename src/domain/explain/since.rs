//! The change that last wrote a value.

use crate::domain::timestamp::Timestamp;
use crate::domain::word::words;

words! {
    /// Who can make a change.
    pub enum SinceActorType {
        /// A client with an API key.
        ApiKey = "api_key",
        /// A command of the program.
        CommandLine = "command_line",
        /// The program by itself.
        System = "system",
    }
}

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
    /// What it is.
    pub actor_type: SinceActorType,
    /// The id of the key.
    pub id: Option<String>,
    /// The name of the key, or of the program.
    pub name: String,
    /// The beginning of the key.
    pub prefix: Option<String>,
}
