//! Permissions of API keys, and which permissions a key may grant to other keys.

use std::collections::BTreeMap;
use std::fmt;

use super::error::{Error, Result, Violations};
use super::timestamp::Timestamp;
use super::word::words;

words! {
    /// The subject of a permission: the first segment in the path of an operation.
    pub enum Resource {
        /// Plans, and the features, prices and regional values in them.
        Plan = "plan",
        /// Features.
        Feature = "feature",
        /// Plan groups, and which plans are in them.
        PlanGroup = "plan_group",
        /// API keys.
        ApiKey = "api_key",
        /// The history of changes.
        History = "history",
        /// The catalog as a whole, read or changed in one step.
        Catalog = "catalog",
    }
}

words! {
    /// A level of access to a resource; the higher level includes the lower one.
    pub enum Access {
        /// Reading it.
        Read = "read",
        /// Changing it.
        Write = "write",
    }
}

/// The right that an operation requires.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Right {
    /// The resource.
    pub resource: Resource,
    /// The level of access.
    pub access: Access,
}

impl fmt::Display for Right {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.resource, self.access)
    }
}

/// Reading plans.
pub const READ_PLANS: Right = Right {
    resource: Resource::Plan,
    access: Access::Read,
};

/// The permissions of a restricted key: the highest level of access to each resource.
///
/// Unlike a list of words, this cannot grant write access without read access, which would be
/// pointless because the responses to writes show the resource.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Permissions(BTreeMap<Resource, Access>);

impl Permissions {
    /// No permissions.
    pub const NONE: Self = Self(BTreeMap::new());

    /// Creates permissions from a list of access levels for each resource, as clients send them.
    ///
    /// # Errors
    /// Validation, naming every resource with write access but no read access.
    pub fn from_lists(
        lists: impl IntoIterator<Item = (Resource, Vec<Access>)>,
    ) -> Result<Self, Violations> {
        let mut violations = Violations::default();
        let mut highest = BTreeMap::new();
        for (resource, list) in lists {
            let Some(access) = list.iter().max() else {
                continue;
            };
            let message = "`write` requires `read`.";
            violations.require(
                list.contains(&Access::Read),
                format!("permissions.{resource}"),
                message,
            );
            highest.insert(resource, *access);
        }
        if violations.is_empty() {
            Ok(Self(highest))
        } else {
            Err(violations)
        }
    }

    /// Parses the format of [`Display`](fmt::Display), in any order.
    pub fn parse(text: &str) -> Option<Self> {
        let mut lists: BTreeMap<Resource, Vec<Access>> = BTreeMap::new();
        for right in text.split(',').filter(|_| !text.is_empty()) {
            let (resource, access) = right.trim().split_once(':')?;
            let list = lists.entry(Resource::from_word(resource)?).or_default();
            list.push(Access::from_word(access)?);
        }
        Self::from_lists(lists).ok()
    }

    /// The levels of access to a resource, as clients see them.
    pub fn list(&self, resource: Resource) -> Vec<Access> {
        let highest = self.0.get(&resource);
        let all = Access::ALL.iter().copied();
        all.filter(|access| highest >= Some(access)).collect()
    }

    fn allow(&self, right: Right) -> bool {
        self.0.get(&right.resource) >= Some(&right.access)
    }

    fn include(&self, others: &Self) -> bool {
        let mut others = others.0.iter();
        others.all(|(resource, access)| self.0.get(resource) >= Some(access))
    }
}

/// Comma-separated rights, such as `plan:read,plan:write`: for the operator and the database.
impl fmt::Display for Permissions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rights = self.0.keys().flat_map(|resource| {
            let right = |access| Right {
                resource: *resource,
                access,
            };
            self.list(*resource).into_iter().map(right)
        });
        for (index, right) in rights.enumerate() {
            let separator = if index == 0 { "" } else { "," };
            write!(f, "{separator}{right}")?;
        }
        Ok(())
    }
}

/// The rights of an API key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rights {
    /// Everything.
    Full,
    /// Everything that its permissions allow.
    Restricted(Permissions),
    /// Reading public plans and currencies. The key may be embedded in a web page.
    Publishable,
}

/// The audience of a response, which determines the fields shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Audience {
    /// Readers of everything that the key may read.
    Full,
    /// Anybody: public plans, without internal fields.
    Public,
}

impl Audience {
    /// Every audience.
    pub const ALL: [Self; 2] = [Self::Full, Self::Public];
}

words! {
    /// Access to plans, as clients write it.
    pub enum PlanAccess {
        /// Reading them.
        Read = "read",
        /// Changing them.
        Write = "write",
        /// Reading public plans: the only permission of a publishable key.
        ReadPublic = "read_public",
    }
}

/// The only permission of a publishable key, as clients and operators write it.
pub const READ_PUBLIC: &str = PlanAccess::ReadPublic.as_str();

impl Rights {
    /// The audience of responses to a key with these rights.
    pub const fn audience(&self) -> Audience {
        match self {
            Self::Full | Self::Restricted(_) => Audience::Full,
            Self::Publishable => Audience::Public,
        }
    }

    /// Refuses a publishable key.
    ///
    /// # Errors
    /// `Forbidden`.
    pub fn require_not_publishable(&self) -> Result<()> {
        let message = "A publishable API key can only read public plans and currencies.";
        match self {
            Self::Publishable => Err(Error::Forbidden(message.to_owned())),
            Self::Full | Self::Restricted(_) => Ok(()),
        }
    }

    /// Refuses to show a publishable key the catalog as it was.
    ///
    /// # Errors
    /// `Forbidden`.
    pub fn require_past(&self) -> Result<()> {
        match self {
            Self::Full | Self::Restricted(_) => Ok(()),
            Self::Publishable => Err(Error::Forbidden(
                "A publishable API key reads the catalog as it is now: send neither `asOf` nor \
                 `revision`, and no cursor of the past."
                    .to_owned(),
            )),
        }
    }

    /// Whether a resource may be read in full.
    pub fn may_read(&self, resource: Resource) -> bool {
        let access = Access::Read;
        self.require(Right { resource, access }).is_ok()
    }

    /// Refuses a key without this right.
    ///
    /// # Errors
    /// `Forbidden`.
    pub fn require(&self, right: Right) -> Result<()> {
        let is_allowed = match self {
            Self::Full => true,
            Self::Restricted(permissions) => permissions.allow(right),
            Self::Publishable => false,
        };
        is_allowed
            .then_some(())
            .ok_or_else(|| Error::Forbidden(format!("The API key has no permission `{right}`.")))
    }

    /// Refuses to create or revoke a key with more rights: creating one would grant its rights, and
    /// revoking one could lock out its owner.
    ///
    /// # Errors
    /// `Forbidden`.
    pub fn require_covers(&self, other: &Self) -> Result<()> {
        let is_included = match (self, other) {
            (Self::Full, _) => true,
            (Self::Restricted(_) | Self::Publishable, Self::Full) => false,
            (Self::Restricted(own), Self::Restricted(others)) => own.include(others),
            // Whoever reads plans reads public plans.
            (Self::Restricted(own), Self::Publishable) => own.allow(READ_PLANS),
            (Self::Publishable, Self::Restricted(others)) => *others == Permissions::NONE,
            (Self::Publishable, Self::Publishable) => true,
        };
        let message = "A restricted API key can only create and revoke keys with the same or \
                       fewer permissions.";
        is_included
            .then_some(())
            .ok_or_else(|| Error::Forbidden(message.to_owned()))
    }

    /// Refuses to let a restricted key create one that expires later than itself.
    ///
    /// # Errors
    /// `Forbidden`.
    pub fn require_covers_expiry(
        &self,
        own_expiry: Option<Timestamp>,
        other_expiry: Option<Timestamp>,
    ) -> Result<()> {
        let is_allowed = match (self, own_expiry) {
            (Self::Full, _) | (Self::Restricted(_) | Self::Publishable, None) => true,
            (Self::Restricted(_) | Self::Publishable, Some(own_expiry)) => {
                other_expiry.is_some_and(|expiry| expiry <= own_expiry)
            }
        };
        let message = "A restricted API key can only create keys that expire no later than \
                       itself; lower `expiresInDays`.";
        is_allowed
            .then_some(())
            .ok_or_else(|| Error::Forbidden(message.to_owned()))
    }
}

#[cfg(test)]
mod tests;
