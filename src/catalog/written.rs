//! The outcome of a write.

/// A durable write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The body of the answer.
    pub body: String,
    /// Whether it is the answer to an earlier call with the same idempotency key.
    pub replayed: bool,
}
