//! Hashes of secrets: SHA-256.
//!
//! A secret has 256 random bits, so a plain hash protects it: salt or stretching would only slow
//! down guessing, which is hopeless anyway. The duration of an index lookup reveals nothing either,
//! since an attacker cannot control the hash that is compared.

use sha2::{Digest, Sha256};

use crate::cache::keys::SecretHash;
use crate::domain::api_key::Secret;

/// Longer texts are not looked up as secrets; real ones are shorter.
const MAX_SECRET_LENGTH: usize = 100;

/// The hash of a secret.
pub(super) fn hash_of(secret: &str) -> SecretHash {
    Sha256::digest(secret.as_bytes()).into()
}

/// The hash of a text that a client sent; `None` for one that can be no secret.
pub(super) fn hash_of_sent(secret: &str) -> Option<SecretHash> {
    let can_be_one = Secret::start_of(secret).is_some() && secret.len() <= MAX_SECRET_LENGTH;
    can_be_one.then(|| hash_of(secret))
}
