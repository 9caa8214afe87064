//! Changes: what a write did to a catalog, as people read it.
//!
//! An object is a list of leaves, each with a path that is made of codes and not of positions; a
//! change of it is the list of the leaves that differ. What the client asked for is told apart from
//! what followed from it.

mod diff;
mod follow;
mod leaf;
mod leaves;
mod note;
mod revision;
#[cfg(test)]
mod tests;

pub use diff::{compare, differing};
pub use leaf::{Leaf, Value};
pub use leaves::{HasLeaves, Object, price_path};
pub use note::Note;
pub use revision::Revision;

use super::id::ApiKeyId;
use super::permission::Resource;
use super::scope::{Caller, Mode};
use super::timestamp::Timestamp;
use super::word::words;

words! {
    /// The kinds of objects that a catalog is made of.
    pub enum ObjectType {
        /// A plan with everything in it.
        Plan = "plan",
        /// A feature.
        Feature = "feature",
        /// A plan group; the plans say which of them are in it.
        PlanGroup = "plan_group",
        /// An API key.
        ApiKey = "api_key",
    }
}

impl ObjectType {
    /// The resource that objects of this type are.
    pub const fn resource(self) -> Resource {
        match self {
            Self::Plan => Resource::Plan,
            Self::Feature => Resource::Feature,
            Self::PlanGroup => Resource::PlanGroup,
            Self::ApiKey => Resource::ApiKey,
        }
    }
}

impl ObjectType {
    /// Whether objects of this type are part of the catalog, and not of who may open it.
    pub const fn is_in_catalog(self) -> bool {
        match self {
            Self::Plan | Self::Feature | Self::PlanGroup => true,
            Self::ApiKey => false,
        }
    }
}

words! {
    /// What happened to an object.
    pub enum Action {
        /// It is new.
        Created = "created",
        /// It was there before and after.
        Updated = "updated",
        /// It is gone.
        Deleted = "deleted",
    }
}

words! {
    /// Why a leaf has another value.
    pub enum Cause {
        /// The client asked for it.
        Request = "request",
        /// It followed from what the client asked for.
        Derived = "derived",
    }
}

words! {
    /// The kinds of actors.
    pub enum ActorType {
        /// A client with an API key.
        ApiKey = "api_key",
        /// An operator at the command line.
        CommandLine = "command_line",
        /// The server itself, which found changes that nobody had logged.
        System = "system",
    }
}

/// Who made a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// Their kind.
    pub actor_type: ActorType,
    /// The API key.
    pub id: Option<ApiKeyId>,
    /// The name that the key had, or what else names the actor.
    pub name: String,
    /// The first characters of the key's secret.
    pub prefix: Option<String>,
}

impl From<&Caller> for Actor {
    fn from(caller: &Caller) -> Self {
        Self {
            actor_type: ActorType::ApiKey,
            id: Some(caller.api_key_id.clone()),
            name: caller.name.as_str().to_owned(),
            prefix: Some(caller.prefix.clone()),
        }
    }
}

impl Actor {
    /// An operator at the command line.
    pub fn command_line() -> Self {
        Self::unnamed(ActorType::CommandLine, "command line")
    }

    /// The server itself.
    pub fn system() -> Self {
        Self::unnamed(ActorType::System, "system")
    }

    fn unnamed(actor_type: ActorType, name: &str) -> Self {
        Self {
            actor_type,
            id: None,
            name: name.to_owned(),
            prefix: None,
        }
    }
}

/// Where a write comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// Who makes it.
    pub actor: Actor,
    /// The operation, by its id in the API's document.
    pub operation: &'static str,
    /// The request that asks for it.
    pub request_id: String,
    /// Why it is made, in the words of the client.
    pub note: Option<Note>,
}

/// A leaf that has another value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldChange {
    /// Its path, such as `prices[monthly].price`.
    pub path: String,
    /// The value before; null if there was none.
    pub from: Value,
    /// The value after; null if there is none.
    pub to: Value,
    /// Why.
    pub cause: Cause,
}

/// What happened to one object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectChange {
    /// The kind of object.
    pub object_type: ObjectType,
    /// Its id; `None` if it has none yet.
    pub id: Option<String>,
    /// Its code, if it has one.
    pub code: Option<String>,
    /// Its name.
    pub name: String,
    /// What happened.
    pub action: Action,
    /// The leaves that differ.
    pub fields: Vec<FieldChange>,
}

impl ObjectChange {
    /// The same change, of which the client asked for one part only, such as `prices[monthly]`. The
    /// rest followed from it.
    pub fn asked_for_part(mut self, part: &str) -> Self {
        for field in &mut self.fields {
            let rest = field.path.strip_prefix(part);
            if !rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.')) {
                field.cause = Cause::Derived;
            }
        }
        self
    }

    /// The same change as something that followed from what happened elsewhere.
    pub fn not_asked_for(mut self) -> Self {
        for field in &mut self.fields {
            field.cause = Cause::Derived;
        }
        self
    }
}

/// A write that changed something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The revision of the scope that it led to.
    pub revision: i64,
    /// When it was made; never before the previous change.
    pub at: Timestamp,
    /// Who made it.
    pub actor: Actor,
    /// The operation, by its id in the API's document.
    pub operation: String,
    /// The request that asked for it.
    pub request_id: String,
    /// Why it was made, in the words of the client.
    pub note: Option<String>,
    /// The revision of the change that it takes back.
    pub reverts: Option<i64>,
    /// What happened to which objects.
    pub objects: Vec<ObjectChange>,
}

/// Changes that a refusal names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedChanges {
    /// The newest ones, the newest first.
    pub changes: Vec<Change>,
    /// The mode of their scope.
    pub mode: Mode,
}

impl NamedChanges {
    /// Maximum number of changes that a refusal names.
    pub const MAX: usize = 100;

    /// None.
    pub const fn none(mode: Mode) -> Self {
        Self {
            changes: Vec::new(),
            mode,
        }
    }
}
