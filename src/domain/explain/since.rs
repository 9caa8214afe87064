//! The change that last wrote a value.

use crate::domain::change::Actor;
use crate::domain::timestamp::Timestamp;

/// The change that last wrote a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Since {
    /// The revision of the scope that the change led to.
    pub revision: i64,
    /// When it was made.
    pub at: Timestamp,
    /// Who made it.
    pub actor: Actor,
    /// Why, in the words of the client.
    pub note: Option<String>,
}
