//! Idempotency keys: a request that is sent again takes effect once.

/// The value of the `Idempotency-Key` header: 1 to 255 characters chosen by the client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotencyKey(String);

impl IdempotencyKey {
    /// Maximum number of characters.
    pub const MAX_LENGTH: usize = 255;
    /// How long a key is stored, in milliseconds: 24 hours.
    pub const KEPT_MILLIS: i64 = 24 * 60 * 60 * 1000;

    /// Parses a key.
    pub fn parse(text: &str) -> Option<Self> {
        let length = text.chars().count();
        ((1..=Self::MAX_LENGTH).contains(&length) && !text.contains('\0'))
            .then(|| Self(text.to_owned()))
    }

    /// The key as it was sent.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A request with an idempotency key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotentCall {
    /// The client's key; unique within a scope.
    pub key: IdempotencyKey,
    /// A digest of method, path and body; the same key with another digest is a conflict.
    pub fingerprint: String,
}

/// Maximum stored size of the records of one scope, in bytes: 64 MiB. Beyond it the oldest records
/// are deleted before their 24 hours are over.
pub const MAX_SCOPE_BYTES: i64 = 64 * 1024 * 1024;
