//! Permissions: what a key may do, and what it may hand on to the keys that it makes.

use std::collections::BTreeMap;
use std::fmt;

use super::error::{Error, Result, Violations};
use super::timestamp::Timestamp;
use super::word::words;

words! {
    /// What a permission is about: what stands first in the path of an operation.
    pub enum Resource {
        /// Plans, and the features, prices and regional values in them.
        Plan = "plan",
        /// Features.
        Feature = "feature",
        /// Plan groups, and which plans are in them.
        PlanGroup = "plan_group",
        /// API keys.
        ApiKey = "api_key",
        /// Who changed what, and when.
        History = "history",
        /// The catalog as a whole: reading it and changing it in one step.
        Catalog = "catalog",
    }
}

words! {
    /// What may be done with a resource. The greater one includes the smaller one.
    pub enum Access {
        /// Looking at it.
        Read = "read",
        /// Changing it.
        Write = "write",
    }
}

/// One thing that an operation does, and that a key has to be allowed to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Right {
    /// To what.
    pub resource: Resource,
    /// What is done to it.
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

/// What a restricted key may do: for each resource the most that it may do with it.
///
/// A list of words could say that a key may change what it may not look at, whose every answer
/// would show it nonetheless. This cannot say it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Permissions(BTreeMap<Resource, Access>);

impl Permissions {
    /// Nothing is allowed.
    pub const NONE: Self = Self(BTreeMap::new());

    /// Permissions from a list of words for each resource, as clients write them.
    ///
    /// # Errors
    /// Names every resource that may be written and not read.
    pub fn from_lists(
        lists: impl IntoIterator<Item = (Resource, Vec<Access>)>,
    ) -> Result<Self, Violations> {
        let mut violations = Violations::default();
        let mut most = BTreeMap::new();
        for (resource, list) in lists {
            let Some(access) = list.iter().max() else {
                continue;
            };
            let message = "Must have `read` too where it has `write`.";
            violations.require(
                list.contains(&Access::Read),
                format!("permissions.{resource}"),
                message,
            );
            most.insert(resource, *access);
        }
        if violations.is_empty() {
            Ok(Self(most))
        } else {
            Err(violations)
        }
    }

    /// Reads the text that [`Display`](fmt::Display) writes, in any order; `None` for any other.
    pub fn parse(text: &str) -> Option<Self> {
        let mut lists: BTreeMap<Resource, Vec<Access>> = BTreeMap::new();
        for right in text.split(',').filter(|_| !text.is_empty()) {
            let (resource, access) = right.trim().split_once(':')?;
            let list = lists.entry(Resource::from_word(resource)?).or_default();
            list.push(Access::from_word(access)?);
        }
        Self::from_lists(lists).ok()
    }

    /// The words for a resource, as clients read them.
    pub fn list(&self, resource: Resource) -> Vec<Access> {
        let most = self.0.get(&resource);
        let all = Access::ALL.iter().copied();
        all.filter(|access| most >= Some(access)).collect()
    }

    fn allow(&self, right: Right) -> bool {
        self.0.get(&right.resource) >= Some(&right.access)
    }

    fn include(&self, others: &Self) -> bool {
        let mut others = others.0.iter();
        others.all(|(resource, access)| self.0.get(resource) >= Some(access))
    }
}

/// Rights behind commas, such as `plan:read,plan:write`: for the operator and for the database.
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
            let gap = if index == 0 { "" } else { "," };
            write!(f, "{gap}{right}")?;
        }
        Ok(())
    }
}

/// What a key may do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rights {
    /// Everything.
    Full,
    /// What its permissions allow.
    Restricted(Permissions),
    /// Reading what anybody may see: public plans and currencies. The key may be embedded in a web
    /// page.
    Publishable,
}

/// Who reads an answer, and so how much of it is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Audience {
    /// Whoever may see all of the catalog that the key may read.
    Full,
    /// Anybody: public plans, without internal fields.
    Public,
}

impl Audience {
    /// Every audience.
    pub const ALL: [Self; 2] = [Self::Full, Self::Public];
}

words! {
    /// What may be done with plans, as clients say it.
    pub enum PlanAccess {
        /// Looking at them.
        Read = "read",
        /// Changing them.
        Write = "write",
        /// Looking at what anybody may see of them: the one permission of a publishable key.
        ReadPublic = "read_public",
    }
}

/// The one permission of a publishable key, as clients and operators write it.
pub const READ_PUBLIC: &str = PlanAccess::ReadPublic.as_str();

impl Rights {
    /// Who reads answers to a key with these rights.
    pub const fn audience(&self) -> Audience {
        match self {
            Self::Full | Self::Restricted(_) => Audience::Full,
            Self::Publishable => Audience::Public,
        }
    }

    /// Refuses a key that is not for reading what anybody may see.
    ///
    /// # Errors
    /// `Forbidden`.
    pub fn require_not_publishable(&self) -> Result<()> {
        let message = "A publishable API key reads public plans and currencies, and does nothing \
                       else.";
        match self {
            Self::Publishable => Err(Error::Forbidden(message.to_owned())),
            Self::Full | Self::Restricted(_) => Ok(()),
        }
    }

    /// Refuses what the key may not do.
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

    /// Refuses to let the key have a hand in one that may do more than itself: whoever could make
    /// such a key would have its rights, and whoever could revoke it could lock its owner out.
    ///
    /// # Errors
    /// `Forbidden`.
    pub fn require_no_more(&self, other: &Self) -> Result<()> {
        let is_no_more = match (self, other) {
            (Self::Full, _) => true,
            (Self::Restricted(_) | Self::Publishable, Self::Full) => false,
            (Self::Restricted(own), Self::Restricted(others)) => own.include(others),
            // Public plans are some of those that it reads itself.
            (Self::Restricted(own), Self::Publishable) => own.allow(READ_PLANS),
            (Self::Publishable, Self::Restricted(others)) => *others == Permissions::NONE,
            (Self::Publishable, Self::Publishable) => true,
        };
        let message = "A restricted API key makes and revokes only keys with the same or fewer \
                       permissions.";
        is_no_more
            .then_some(())
            .ok_or_else(|| Error::Forbidden(message.to_owned()))
    }

    /// Refuses to let a restricted key that ends at `own_end` live on in one that ends later.
    ///
    /// # Errors
    /// `Forbidden`.
    pub fn require_no_longer(
        &self,
        own_end: Option<Timestamp>,
        other_end: Option<Timestamp>,
    ) -> Result<()> {
        let is_no_longer = match (self, own_end) {
            (Self::Full, _) | (Self::Restricted(_) | Self::Publishable, None) => true,
            (Self::Restricted(_) | Self::Publishable, Some(own_end)) => {
                other_end.is_some_and(|end| end <= own_end)
            }
        };
        let message = "A restricted API key makes only keys that expire no later than itself; \
                       `expiresInDays` has to be lower.";
        is_no_longer
            .then_some(())
            .ok_or_else(|| Error::Forbidden(message.to_owned()))
    }
}

#[cfg(test)]
mod tests;
