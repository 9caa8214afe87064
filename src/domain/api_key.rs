//! API keys: who may open which scope.

use super::id::ApiKeyId;
use super::permission::Rights;
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
    /// What it may do.
    pub rights: Rights,
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

/// The secret of an API key: `ck_live_` or `ck_sandbox_`, for a restricted key `rk_live_` or
/// `rk_sandbox_`, for a publishable key `pk_live_` or `pk_sandbox_`, and 256 random bits as
/// hexadecimal.
///
/// It has no `Debug` or `Display`, so that it cannot slip into a log.
#[derive(Clone)]
pub struct Secret(String);

/// How much of the secret after the mode is shown as the key's prefix.
pub(super) const PREFIX_DIGITS: usize = 6;

/// The random part of a secret: 256 bits as hexadecimal digits.
const RANDOM_DIGITS: usize = 64;

impl Secret {
    /// What secrets start with.
    pub const STARTS: [&str; 6] = [
        "ck_live_",
        "ck_sandbox_",
        "rk_live_",
        "rk_sandbox_",
        "pk_live_",
        "pk_sandbox_",
    ];

    /// The secret made of random bytes, which must come from the system's secure source.
    pub fn from_random(mode: Mode, rights: &Rights, random: &[u8; 32]) -> Self {
        let kind = match rights {
            Rights::Full => "ck",
            Rights::Restricted(_) => "rk",
            Rights::Publishable => "pk",
        };
        Self(format!("{kind}_{mode}_{}", hex::encode(random)))
    }

    /// Reads the secret of a key with all rights, in the form in which one is made.
    pub fn parse_full(text: &str) -> Option<Self> {
        let start = Self::start_of(text).filter(|start| start.starts_with("ck_"))?;
        let random = &text[start.len()..];
        let is_digit = |byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        let is_whole = random.len() == RANDOM_DIGITS && random.bytes().all(is_digit);
        is_whole.then(|| Self(text.to_owned()))
    }

    /// The mode of the scope that the key opens.
    pub fn mode(&self) -> Mode {
        if Self::start_of(&self.0).is_some_and(|start| start.ends_with("live_")) {
            Mode::Live
        } else {
            Mode::Sandbox
        }
    }

    /// What a text starts with that may be a secret or the prefix of one. Whether a secret is one
    /// of a key, and what the key may do, this cannot tell.
    pub fn start_of(text: &str) -> Option<&'static str> {
        Self::STARTS
            .into_iter()
            .find(|start| text.starts_with(start))
    }

    /// Whether a text starts like the secrets of restricted keys do.
    pub fn is_of_restricted(text: &str) -> bool {
        Self::start_of(text).is_some_and(|start| start.starts_with("rk_"))
    }

    /// Whether a text starts like the secrets of publishable keys do.
    pub fn is_of_publishable(text: &str) -> bool {
        text.starts_with("pk_")
    }

    /// The whole secret: for the one answer that carries it, and for hashing.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// What may be shown later: the start of the secret.
    pub fn prefix(&self) -> String {
        let start = Self::start_of(&self.0).map_or(0, str::len);
        self.0.chars().take(start + PREFIX_DIGITS).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::permission::Permissions;

    #[test]
    fn a_secret_names_its_mode_and_shows_little() {
        let restricted = || Rights::Restricted(Permissions::NONE);
        for (mode, rights, start) in [
            (Mode::Sandbox, Rights::Full, "ck_sandbox_"),
            (Mode::Live, Rights::Full, "ck_live_"),
            (Mode::Sandbox, restricted(), "rk_sandbox_"),
            (Mode::Live, restricted(), "rk_live_"),
            (Mode::Sandbox, Rights::Publishable, "pk_sandbox_"),
            (Mode::Live, Rights::Publishable, "pk_live_"),
        ] {
            let secret = Secret::from_random(mode, &rights, &[0xab; 32]);
            assert_eq!(secret.expose().len(), start.len() + 64);
            assert_eq!(secret.prefix(), format!("{start}ababab"));
            assert_eq!(secret.mode(), mode);
            let read = Secret::parse_full(secret.expose());
            assert_eq!(read.is_some(), rights == Rights::Full);
            let is_restricted = rights == restricted();
            assert_eq!(Secret::is_of_restricted(&secret.prefix()), is_restricted);
            let is_publishable = rights == Rights::Publishable;
            assert_eq!(Secret::is_of_publishable(&secret.prefix()), is_publishable);
        }
        for text in ["", "ck_", "rk_test_00", "key_00", "xrk_live_00"] {
            assert_eq!(Secret::start_of(text), None, "{text}");
        }
    }
}
