//! Tenancy: an organization has two catalogs that know nothing of each other, one per mode.

use super::id::{ApiKeyId, OrganizationId, ScopeId};
use super::permission::Rights;
use super::timestamp::Timestamp;
use super::word::words;

words! {
    /// Whether a catalog is for trying things out or for selling.
    pub enum Mode {
        /// For development: `livemode` is false.
        Sandbox = "sandbox",
        /// For production: `livemode` is true.
        Live = "live",
    }
}

/// The name of the organization that is made at the first start.
pub const DEFAULT_ORGANIZATION: &str = "default";

/// One organization in one mode: the border that no query crosses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope {
    /// The value that every row of the catalog carries.
    pub id: ScopeId,
    /// The tenant.
    pub organization_id: OrganizationId,
    /// Which of the tenant's two catalogs.
    pub mode: Mode,
}

impl Scope {
    /// `livemode` on the wire.
    pub fn livemode(&self) -> bool {
        self.mode == Mode::Live
    }
}

/// Who makes a call: an API key and the one scope that it opens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// The key that was sent.
    pub api_key_id: ApiKeyId,
    /// The scope that the key opens.
    pub scope: Scope,
    /// What the key may do there.
    pub rights: Rights,
    /// When the key stops working; `None` for never.
    pub expires_at: Option<Timestamp>,
}
