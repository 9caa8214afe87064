//! Tenancy: an organization has two independent catalogs, one per mode.

use super::id::{ApiKeyId, OrganizationId, ScopeId};
use super::permission::Rights;
use super::text::Name;
use super::timestamp::Timestamp;
use super::word::words;

words! {
    /// Whether a catalog is for testing or for production.
    pub enum Mode {
        /// For testing: `livemode` is false.
        Sandbox = "sandbox",
        /// For production: `livemode` is true.
        Live = "live",
    }
}

impl Mode {
    /// Whether the catalog is for production.
    pub const fn is_live(self) -> bool {
        matches!(self, Self::Live)
    }
}

/// The name of the organization that the first start creates.
pub const DEFAULT_ORGANIZATION: &str = "default";

/// One organization in one mode; no query crosses its boundary.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope {
    /// The id that every row of the catalog has.
    pub id: ScopeId,
    /// The tenant.
    pub organization_id: OrganizationId,
    /// The mode.
    pub mode: Mode,
}

impl Scope {
    /// `livemode` on the wire.
    pub fn livemode(&self) -> bool {
        self.mode.is_live()
    }
}

/// The sender of a request: an API key and its scope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// The id of the key.
    pub api_key_id: ApiKeyId,
    /// The scope of the key.
    pub scope: Scope,
    /// The rights of the key.
    pub rights: Rights,
    /// When the key expires; `None` for never.
    pub expires_at: Option<Timestamp>,
    /// The name of the key.
    pub name: Name,
    /// The first characters of its secret.
    pub prefix: String,
}
