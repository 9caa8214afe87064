//! API keys on the wire.

use serde::{Deserialize, Serialize};

use super::{ExpiryDays, Flag, Nullable, kind, object};
use crate::catalog::api_key::{CreateApiKey, NewApiKey};
use crate::domain::api_key as domain;
use crate::domain::id::ApiKeyId;
use crate::domain::scope::Scope;
use crate::domain::text::Name;
use crate::domain::timestamp::Timestamp;

object! {
    /// An API key, without its secret.
    #[derive(Debug, Serialize)]
    pub struct ApiKey {
        /// The id of the key; it is not the secret.
        id: String { example: "key_01960b2e8f3a7c41a5d2e9b07c6f1d34" },
        /// The name for people.
        name: Name { example: "Pricing page" },
        /// The first characters of the secret, to recognize it by.
        prefix: String { example: "ck_sandbox_4f9a1c" },
        /// When it stops working; null for never.
        expires_at: Nullable<Timestamp> { example: "2027-07-11T09:30:00.000Z" },
        /// When it was last used, give or take a few seconds; null if never.
        last_used_at: Nullable<Timestamp> { example: "2026-07-12T18:04:11.000Z" },
        /// When it was created.
        created_at: Timestamp { example: "2026-07-11T09:30:00.000Z" },
        /// Always `api_key`.
        object: kind::ApiKey,
        /// Whether it opens the live catalog.
        livemode: bool { example: false },
    }
}

object! {
    /// A new API key with its secret, which is in this answer and nowhere else.
    #[derive(Serialize)]
    pub struct CreatedApiKey {
        /// The id of the key; it is not the secret.
        id: String { example: "key_01960b2e8f3a7c41a5d2e9b07c6f1d34" },
        /// The name for people.
        name: Name { example: "Pricing page" },
        /// The secret to send as `x-api-key`. Keep it now: it cannot be shown again.
        api_key: String { example: "ck_sandbox_4f9a1c…" },
        /// The first characters of the secret, to recognize it by.
        prefix: String { example: "ck_sandbox_4f9a1c" },
        /// When it stops working.
        expires_at: Timestamp { example: "2027-07-11T09:30:00.000Z" },
        /// When it was created.
        created_at: Timestamp { example: "2026-07-11T09:30:00.000Z" },
        /// Always `api_key`.
        object: kind::ApiKey,
        /// Whether it opens the live catalog.
        livemode: bool { example: false },
    }
}

object! {
    /// An API key to create, for the catalog of the key that asks.
    #[derive(Debug, Deserialize)]
    pub struct CreateApiKeyRequest {
        /// The name for people.
        name: Name { example: "Pricing page" },
        /// Days until it expires.
        expires_in_days: Option<ExpiryDays> { default: domain::MAX_EXPIRY_DAYS, example: 90 },
    }
}

object! {
    /// An API key that was revoked.
    #[derive(Debug, Serialize)]
    pub struct DeletedApiKey {
        /// The id of the key.
        id: String { example: "key_01960b2e8f3a7c41a5d2e9b07c6f1d34" },
        /// Always `true`.
        deleted: Flag,
        /// Always `api_key`.
        object: kind::ApiKey,
        /// Whether it opened the live catalog.
        livemode: bool { example: false },
    }
}

impl CreateApiKeyRequest {
    /// The key that is asked for.
    pub fn into_command(self) -> CreateApiKey {
        let Self {
            name,
            expires_in_days,
        } = self;
        let days = expires_in_days.unwrap_or(ExpiryDays::DEFAULT);
        CreateApiKey {
            name,
            expires_in_days: Some(days.get()),
        }
    }
}

impl ApiKey {
    /// The key as it goes over the wire.
    pub fn new(key: domain::ApiKey, scope: &Scope) -> Self {
        let domain::ApiKey {
            id,
            name,
            prefix,
            expires_at,
            last_used_at,
            created_at,
        } = key;
        Self {
            id: id.to_string(),
            name,
            prefix,
            expires_at: expires_at.into(),
            last_used_at: last_used_at.into(),
            created_at,
            object: kind::ApiKey,
            livemode: scope.livemode(),
        }
    }
}

impl CreatedApiKey {
    /// The key with its secret.
    pub fn new(created: &NewApiKey, scope: &Scope) -> Self {
        let NewApiKey { key, secret } = created;
        Self {
            api_key: secret.expose().to_owned(),
            ..Self::without_secret(key, scope)
        }
    }

    /// What is kept for a call that comes again: the prefix stands where the secret was.
    pub fn without_secret(key: &domain::ApiKey, scope: &Scope) -> Self {
        Self {
            id: key.id.to_string(),
            name: key.name.clone(),
            api_key: key.prefix.clone(),
            prefix: key.prefix.clone(),
            // Keys made through the API always expire; the operator's command answers nobody here.
            expires_at: key.expires_at.unwrap_or(key.created_at),
            created_at: key.created_at,
            object: kind::ApiKey,
            livemode: scope.livemode(),
        }
    }
}

impl DeletedApiKey {
    /// The answer to a revocation.
    pub fn new(id: &ApiKeyId, scope: &Scope) -> Self {
        Self {
            id: id.to_string(),
            deleted: Flag,
            object: kind::ApiKey,
            livemode: scope.livemode(),
        }
    }
}
