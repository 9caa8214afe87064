//! API keys and their secrets.

use super::id::ApiKeyId;
use super::permission::Rights;
use super::scope::Mode;
use super::text::Name;
use super::timestamp::Timestamp;

/// An API key without its secret, which is never stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKey {
    /// The id.
    pub id: ApiKeyId,
    /// The display name.
    pub name: Name,
    /// The first characters of the secret, to recognize it.
    pub prefix: String,
    /// Its permissions.
    pub rights: Rights,
    /// When it expires; `None` for never.
    pub expires_at: Option<Timestamp>,
    /// When it was last used, to within a few seconds.
    pub last_used_at: Option<Timestamp>,
    /// When it was created.
    pub created_at: Timestamp,
}

impl ApiKey {
    /// Whether the key has not expired.
    pub fn is_valid_at(&self, now: Timestamp) -> bool {
        self.expires_at.is_none_or(|end| now < end)
    }
}

/// Maximum number of days until a key expires that a client may choose.
pub const MAX_EXPIRY_DAYS: i64 = 365;

/// The secret of an API key: `ck_live_` or `ck_sandbox_`, for a restricted key `rk_live_` or
/// `rk_sandbox_`, for a publishable key `pk_live_` or `pk_sandbox_`, followed by 256 random bits in
/// hexadecimal.
///
/// It implements neither `Debug` nor `Display`, so that it cannot get into a log.
#[derive(Clone)]
pub struct Secret(String);

/// The number of digits after the mode that a key's prefix shows.
pub(super) const PREFIX_DIGITS: usize = 6;

/// The number of hexadecimal digits in a secret: 256 bits.
const RANDOM_DIGITS: usize = 64;

impl Secret {
    /// The beginnings of secrets.
    pub const STARTS: [&str; 6] = [
        "ck_live_",
        "ck_sandbox_",
        "rk_live_",
        "rk_sandbox_",
        "pk_live_",
        "pk_sandbox_",
    ];

    /// Creates a secret from random bytes, which must be cryptographically secure.
    pub fn from_random(mode: Mode, rights: &Rights, random: &[u8; 32]) -> Self {
        let kind = match rights {
            Rights::Full => "ck",
            Rights::Restricted(_) => "rk",
            Rights::Publishable => "pk",
        };
        Self(format!("{kind}_{mode}_{}", hex::encode(random)))
    }

    /// Parses the secret of a key with full rights, in exactly the form of [`Self::from_random`].
    pub fn parse_full(text: &str) -> Option<Self> {
        let start = Self::start_of(text).filter(|start| start.starts_with("ck_"))?;
        let random = &text[start.len()..];
        let is_digit = |byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        let is_complete = random.len() == RANDOM_DIGITS && random.bytes().all(is_digit);
        is_complete.then(|| Self(text.to_owned()))
    }

    /// The mode of the scope that the key opens.
    pub fn mode(&self) -> Mode {
        if Self::start_of(&self.0).is_some_and(|start| start.ends_with("live_")) {
            Mode::Live
        } else {
            Mode::Sandbox
        }
    }

    /// The beginning of a text that looks like a secret or the prefix of one. It does not show
    /// whether such a key exists, nor its permissions.
    pub fn start_of(text: &str) -> Option<&'static str> {
        Self::STARTS
            .into_iter()
            .find(|start| text.starts_with(start))
    }

    /// Whether a text starts like the secret of a restricted key.
    pub fn is_of_restricted(text: &str) -> bool {
        Self::start_of(text).is_some_and(|start| start.starts_with("rk_"))
    }

    /// Whether a text starts like the secret of a publishable key.
    pub fn is_of_publishable(text: &str) -> bool {
        text.starts_with("pk_")
    }

    /// The whole secret: for the one response that carries it, and for hashing.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// The beginning of the secret, which may be shown later.
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
    fn secrets_show_mode_and_kind() {
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
            let parsed = Secret::parse_full(secret.expose());
            assert_eq!(parsed.is_some(), rights == Rights::Full);
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
