//! API keys: who may open which scope.

use super::id::ApiKeyId;
use super::scope::Mode;
use super::text::Name;
use super::timestamp::Timestamp;

/// What is known of an API key; the secret itself is never kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKey {
    /// Its id.
    pub id: ApiKeyId,
    /// Its name for people.
    pub name: Name,
    /// The first characters of the secret, to recognize it by.
    pub prefix: String,
    /// When it stops working; `None` for never.
    pub expires_at: Option<Timestamp>,
    /// When it was last used, give or take a few seconds.
    pub last_used_at: Option<Timestamp>,
    /// When it was created.
    pub created_at: Timestamp,
}

impl ApiKey {
    /// Whether the key still opens its scope.
    pub fn is_valid_at(&self, now: Timestamp) -> bool {
        self.expires_at.is_none_or(|end| now < end)
    }
}

/// Days until a key expires, as a client may choose them: 1 to 365.
pub const MAX_EXPIRY_DAYS: i64 = 365;

/// The secret of an API key: `ck_live_` or `ck_sandbox_` and 256 random bits as hexadecimal.
///
/// It has no `Debug` or `Display`, so that it cannot slip into a log.
#[derive(Clone)]
pub struct Secret(String);

/// How much of the secret after the mode is shown as the key's prefix.
const PREFIX_DIGITS: usize = 6;

impl Secret {
    /// The secret made of random bytes, which must come from the system's secure source.
    pub fn from_random(mode: Mode, random: &[u8; 32]) -> Self {
        use std::fmt::Write;
        let mut text = Self::start(mode);
        for byte in random {
            // Writing to a String cannot fail.
            let _ = write!(text, "{byte:02x}");
        }
        Self(text)
    }

    fn start(mode: Mode) -> String {
        format!("ck_{mode}_")
    }

    /// The whole secret: for the one answer that carries it, and for hashing.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// What may be shown later: the start of the secret.
    pub fn prefix(&self, mode: Mode) -> String {
        self.0
            .chars()
            .take(Self::start(mode).len() + PREFIX_DIGITS)
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_names_its_mode_and_shows_little() {
        let secret = Secret::from_random(Mode::Sandbox, &[0xab; 32]);
        assert_eq!(secret.expose().len(), "ck_sandbox_".len() + 64);
        assert_eq!(secret.prefix(Mode::Sandbox), "ck_sandbox_ababab");
    }
}
