//! What operations need a key to be allowed, as types.
//!
//! An operation names one of these where it names its caller, [`Authorized`](super::auth::Authorized),
//! and cannot have a caller without naming one.

use crate::domain::Result;
use crate::domain::permission::{Access, Audience, READ_PLANS, Resource, Right, Rights};

/// What a key has to be allowed.
pub trait Need: Send + Sync + 'static {
    /// The right; `None` where any valid key will do.
    const RIGHT: Option<Right>;
    /// Whether it is for publishable keys too, which are then shown what anybody may see.
    const IS_PUBLIC: bool = false;
}

/// Whether a key with these rights may do what is needed.
///
/// # Errors
/// `Forbidden`.
pub fn require<N: Need>(rights: &Rights) -> Result<()> {
    if N::IS_PUBLIC && rights.audience() == Audience::Public {
        return Ok(());
    }
    rights.require_not_publishable()?;
    N::RIGHT.map_or(Ok(()), |right| rights.require(right))
}

/// What is needed to change something.
pub trait WriteNeed: Need {}

/// Any valid key will do: for what is the same in every catalog.
#[derive(Debug)]
pub enum AnyKey {}

impl Need for AnyKey {
    const RIGHT: Option<Right> = None;
    const IS_PUBLIC: bool = true;
}

/// What is needed to be shown plans: to read them, or a publishable key.
#[derive(Debug)]
pub enum SeePlans {}

impl Need for SeePlans {
    const RIGHT: Option<Right> = Some(READ_PLANS);
    const IS_PUBLIC: bool = true;
}

/// Declares for each resource what reading it needs, and what changing it needs.
macro_rules! needs {
    ($($resource:ident: $read:ident, $write:ident;)+) => {
        $(
            needs!(@need $read, $resource, Read);
            needs!(@need $write, $resource, Write);
            impl WriteNeed for $write {}
        )+
    };
    (@need $name:ident, $resource:ident, $access:ident) => {
        #[doc = concat!("`", stringify!($access), "` of `", stringify!($resource), "`.")]
        #[derive(Debug)]
        pub enum $name {}

        impl Need for $name {
            const RIGHT: Option<Right> = Some(Right {
                resource: Resource::$resource,
                access: Access::$access,
            });
        }
    };
}

// Reading plans is `SeePlans`.
needs!(@need WritePlans, Plan, Write);
impl WriteNeed for WritePlans {}

needs! {
    Feature: ReadFeatures, WriteFeatures;
    PlanGroup: ReadPlanGroups, WritePlanGroups;
    ApiKey: ReadApiKeys, WriteApiKeys;
}
