//! Changes: what a write did to a catalog, as people read it.
//!
//! An object is a list of leaves, each with a path that is made of codes and not of positions; a
//! change of it is the list of the leaves that differ. What the client asked for is told apart from
//! what followed from it.

mod diff;
mod leaf;
mod leaves;

pub use diff::{Asked, compare};
pub use leaf::{Leaf, Value};
pub use leaves::{HasLeaves, Object};

use super::id::ApiKeyId;
use super::text::Name;
use super::timestamp::Timestamp;
use super::word::words;

words! {
    /// The kinds of objects that a catalog is made of.
    pub enum ObjectType {
        /// A plan with all that is in it.
        Plan = "plan",
        /// A feature.
        Feature = "feature",
        /// A plan group; which plans are in it is said by the plans.
        PlanGroup = "plan_group",
        /// An API key.
        ApiKey = "api_key",
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
    /// What made a change.
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
    /// What kind of actor it is.
    pub actor_type: ActorType,
    /// The API key.
    pub id: Option<ApiKeyId>,
    /// The name that the key had, or what else names the actor.
    pub name: Name,
    /// The start of the key's secret.
    pub prefix: Option<String>,
}

/// A leaf that has another value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldChange {
    /// Its path, such as `prices[monthly].price`.
    pub path: String,
    /// The value before; null where there was none.
    pub from: Value,
    /// The value after; null where there is none.
    pub to: Value,
    /// Why.
    pub cause: Cause,
}

/// What happened to one object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectChange {
    /// What kind of object it is.
    pub object_type: ObjectType,
    /// Its id; `None` for one that a plan of changes would make.
    pub id: Option<String>,
    /// Its code, where it has one.
    pub code: Option<String>,
    /// Its name.
    pub name: String,
    /// What happened.
    pub action: Action,
    /// The leaves that differ.
    pub fields: Vec<FieldChange>,
}

/// A write that changed something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The revision of the scope that it led to.
    pub revision: i64,
    /// When it was made; never before the change before it.
    pub at: Timestamp,
    /// Who made it.
    pub actor: Actor,
    /// The operation, by its id in the API's document or the name of the command.
    pub operation: String,
    /// The request that asked for it.
    pub request_id: Option<String>,
    /// Why it was made, in the words of the client: at most 500 characters.
    pub note: Option<String>,
    /// The revision of the change that it takes back.
    pub reverts: Option<i64>,
    /// What happened to which objects.
    pub objects: Vec<ObjectChange>,
}
