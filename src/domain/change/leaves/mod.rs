//! The leaves of each kind of object, in the order in which people read them.
//!
//! An object's own id and its times are not leaves. A part of a plan that has an id begins with a
//! leaf for it, at the path of the part itself.

mod api_key;
mod feature;
mod gatherer;
mod plan;
mod plan_group;
mod plan_price;

use self::gatherer::{Gatherer, gathered};
pub use self::plan_price::price_path;
use super::{Leaf, ObjectType};

/// What an object is called in a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Object {
    /// Its kind.
    pub object_type: ObjectType,
    /// Its id.
    pub id: String,
    /// Its code, if it has one.
    pub code: Option<String>,
    /// Its name.
    pub name: String,
}

/// An object that a change can be about.
pub trait HasLeaves {
    /// What it is called.
    fn object(&self) -> Object;

    /// Its leaves, without those of parts that another state of the object has alike.
    fn leaves_unlike(&self, other: Option<&Self>) -> Vec<Leaf>;
}
