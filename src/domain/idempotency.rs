//! Calls that may be sent twice and count once.

/// The value of the `Idempotency-Key` header: 1 to 255 characters chosen by the client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotencyKey(String);

impl IdempotencyKey {
    /// Most characters of a key.
    pub const MAX_LENGTH: usize = 255;
    /// How long a key is remembered: 24 hours, in milliseconds.
    pub const KEPT_MILLIS: i64 = 24 * 60 * 60 * 1000;

    /// Reads a key from outside.
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

/// A call that carries an idempotency key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotentCall {
    /// The client's key; it counts within the scope of the caller.
    pub key: IdempotencyKey,
    /// A digest of method, path and body: the same key with another digest is another call.
    pub fingerprint: String,
}

/// Most bytes that the records of one scope take, as they are stored: 64 MiB. Beyond that the oldest
/// are forgotten before their 24 hours are over.
pub const MAX_SCOPE_BYTES: i64 = 64 * 1024 * 1024;
