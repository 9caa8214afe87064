//! API keys on the wire.

use serde::{Deserialize, Serialize};

use super::object::object;
use super::scalar::{AccessList, ExpiryDays, Nullable, kind};
use crate::catalog::api_key::{KeyWish, NewApiKey};
use crate::domain::Result;
use crate::domain::api_key as domain;
use crate::domain::error::Violations;
use crate::domain::permission::{Access, Permissions, PlanAccess, READ_PUBLIC, Resource, Rights};
use crate::domain::scope::Scope;
use crate::domain::text::Name;
use crate::domain::timestamp::Timestamp;

object! {
    /// An API key, without its secret.
    #[derive(Debug, Serialize)]
    pub struct ApiKey {
        /// The id of the key; it is not the secret.
        id: String { example: "key_01960b2e8f3a7c41a5d2e9b07c6f1d34" },
        /// The display name.
        name: Name { example: "Pricing page" },
        /// The first characters of the secret, to recognize it by.
        prefix: String { example: "pk_sandbox_4f9a1c" },
        /// What it may do; null for everything.
        permissions: Nullable<KeyPermissions>,
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
        /// The display name.
        name: Name { example: "Pricing page" },
        /// The secret to send as `x-api-key`. Keep it now: it cannot be shown again.
        api_key: String { example: "pk_sandbox_4f9a1c…" },
        /// The first characters of the secret, to recognize it by.
        prefix: String { example: "pk_sandbox_4f9a1c" },
        /// What it may do; null for everything.
        permissions: Nullable<KeyPermissions>,
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
        /// The display name.
        name: Name { pattern: Name::PATTERN, example: "Pricing page" },
        /// Days until it expires.
        expires_in_days: Option<ExpiryDays> { default: domain::MAX_EXPIRY_DAYS, example: 90 },
        /// What the key may do, which makes it a restricted or a publishable key; without it, everything.
        permissions: Option<PermissionsRequest>,
    }
}

object! {
    /// The permissions of a restricted key. A resource that is left out is not allowed, and `write`
    /// requires `read`. `{"plan": ["read_public"]}` alone makes a publishable key.
    #[derive(Debug, Deserialize)]
    pub struct PermissionsRequest {
        /// Plans, and the features, prices and regional values in them.
        plan: Option<PlanAccessList>,
        /// Features.
        feature: Option<AccessList>,
        /// Plan groups, and which plans are in them.
        plan_group as "plan_group": Option<AccessList>,
        /// API keys.
        api_key as "api_key": Option<AccessList>,
        /// The history of changes.
        history: Option<AccessList>,
        /// The catalog as a whole: exports, findings and changesets to read; applying and discarding changesets to write.
        catalog: Option<AccessList>,
    }
}

object! {
    /// What a restricted key may do; what is not there is not allowed.
    #[derive(Debug, Default, Serialize)]
    pub struct KeyPermissions {
        /// Plans, and the features, prices and regional values in them.
        #[serde(skip_serializing_if = "Option::is_none")]
        plan: Option<PlanAccessList>,
        /// Features.
        #[serde(skip_serializing_if = "Option::is_none")]
        feature: Option<AccessList>,
        /// Plan groups, and which plans are in them.
        #[serde(skip_serializing_if = "Option::is_none")]
        plan_group as "plan_group": Option<AccessList>,
        /// API keys.
        #[serde(skip_serializing_if = "Option::is_none")]
        api_key as "api_key": Option<AccessList>,
        /// The history of changes.
        #[serde(skip_serializing_if = "Option::is_none")]
        history: Option<AccessList>,
        /// The catalog as a whole: exports, findings and changesets to read; applying and discarding changesets to write.
        #[serde(skip_serializing_if = "Option::is_none")]
        catalog: Option<AccessList>,
    }
}

/// What may be done with plans: `read`, `read` and `write`, or `read_public` alone.
type PlanAccessList = AccessList<PlanAccess>;

impl AccessList<PlanAccess> {
    /// The words as the domain has them; `None` where `read_public` is among them.
    fn into_domain(self) -> Option<Vec<Access>> {
        let word = |access| match access {
            PlanAccess::Read => Some(Access::Read),
            PlanAccess::Write => Some(Access::Write),
            PlanAccess::ReadPublic => None,
        };
        self.0.into_iter().map(word).collect()
    }

    fn of(list: AccessList) -> Self {
        let word = |access| match access {
            Access::Read => PlanAccess::Read,
            Access::Write => PlanAccess::Write,
        };
        Self(list.0.into_iter().map(word).collect())
    }
}

impl CreateApiKeyRequest {
    /// The key that is asked for.
    ///
    /// # Errors
    /// Names every resource that may be written and not read, and what stands beside
    /// `read_public`.
    pub fn into_wish(self) -> Result<KeyWish, Violations> {
        let Self {
            name,
            expires_in_days,
            permissions,
        } = self;
        let days = expires_in_days.unwrap_or(ExpiryDays::DEFAULT);
        let rights = permissions.map(PermissionsRequest::into_domain);
        Ok(KeyWish {
            name,
            expires_in_days: Some(days.get()),
            rights: rights.transpose()?.unwrap_or(Rights::Full),
        })
    }
}

impl PermissionsRequest {
    fn into_domain(self) -> Result<Rights, Violations> {
        let Self {
            plan,
            feature,
            plan_group,
            api_key,
            history,
            catalog,
        } = self;
        let others = [
            (Resource::Feature, feature),
            (Resource::PlanGroup, plan_group),
            (Resource::ApiKey, api_key),
            (Resource::History, history),
            (Resource::Catalog, catalog),
        ];
        let said = |(resource, list): (Resource, Option<AccessList>)| Some((resource, list?.0));
        let others = others.into_iter().filter_map(said);
        let words = plan.as_ref().map_or(0, |list| list.0.len());
        let plan = match plan.map(PlanAccessList::into_domain) {
            Some(None) => return publishable(words, others),
            Some(Some(list)) => Some((Resource::Plan, list)),
            None => None,
        };
        let permissions = Permissions::from_lists(plan.into_iter().chain(others))?;
        Ok(Rights::Restricted(permissions))
    }
}

/// What a key may do whose permissions have `read_public` among so many words for plans. An empty
/// list for another resource allows nothing, so it may stand beside it.
fn publishable(
    words: usize,
    others: impl Iterator<Item = (Resource, Vec<Access>)>,
) -> Result<Rights, Violations> {
    let mut violations = Violations::default();
    let alone = format!("Must be `{READ_PUBLIC}` alone, or without it.");
    violations.require(words == 1, "permissions.plan", alone);
    for (resource, list) in others {
        let message = format!("Must be left out beside `{READ_PUBLIC}`.");
        violations.require(list.is_empty(), format!("permissions.{resource}"), message);
    }
    if violations.is_empty() {
        Ok(Rights::Publishable)
    } else {
        Err(violations)
    }
}

impl KeyPermissions {
    fn new(rights: &Rights) -> Nullable<Self> {
        let permissions = match rights {
            Rights::Full => return Nullable(None),
            Rights::Restricted(permissions) => permissions,
            Rights::Publishable => {
                let plan = Some(AccessList(vec![PlanAccess::ReadPublic]));
                return Nullable(Some(Self {
                    plan,
                    ..Self::default()
                }));
            }
        };
        let list = |resource| {
            let list = permissions.list(resource);
            (!list.is_empty()).then_some(AccessList(list))
        };
        Nullable(Some(Self {
            plan: list(Resource::Plan).map(PlanAccessList::of),
            feature: list(Resource::Feature),
            plan_group: list(Resource::PlanGroup),
            api_key: list(Resource::ApiKey),
            history: list(Resource::History),
            catalog: list(Resource::Catalog),
        }))
    }
}

impl ApiKey {
    /// The key as it goes over the wire.
    pub fn new(key: domain::ApiKey, scope: &Scope) -> Self {
        let domain::ApiKey {
            id,
            name,
            prefix,
            rights,
            expires_at,
            last_used_at,
            created_at,
        } = key;
        Self {
            id: id.to_string(),
            name,
            prefix,
            permissions: KeyPermissions::new(&rights),
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
            permissions: KeyPermissions::new(&key.rights),
            // Keys made through the API always expire; the operator's command answers nobody here.
            expires_at: key.expires_at.unwrap_or(key.created_at),
            created_at: key.created_at,
            object: kind::ApiKey,
            livemode: scope.livemode(),
        }
    }
}
