//! The outcome of a write.

/// A write that succeeded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The body of the answer.
    pub body: String,
    /// What became of the write.
    pub fate: Fate,
}

/// What became of a write that succeeded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It is durable.
    Made,
    /// It had been made before: the answer is that of an earlier call with the same idempotency key.
    Replayed,
    /// It was a dry run, of which nothing remains.
    Tried,
}

impl Written {
    /// Whether its transaction has something to commit.
    pub(super) fn is_made(&self) -> bool {
        self.fate == Fate::Made
    }
}
