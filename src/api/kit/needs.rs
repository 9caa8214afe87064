//! The rights that operations need, as types.
//!
//! An operation names one of these in the type of its caller,
//! [`Authorized`](super::auth::Authorized), so none can be without one.

use crate::domain::Result;
use crate::domain::permission::{Access, Audience, READ_PLANS, Resource, Right, Rights};

/// A right that a key needs.
pub trait Need: Send + Sync + 'static {
    /// The right; `None` if any valid key will do.
    const RIGHT: Option<Right>;
    /// Whether publishable keys may call too; they read public data only.
    const IS_PUBLIC: bool = false;
}

/// Checks that a key with these rights has the needed one.
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

/// A right to change something.
pub trait WriteNeed: Need {}

/// Any valid key: for data that is the same in every catalog.
#[derive(Debug)]
pub enum AnyKey {}

impl Need for AnyKey {
    const RIGHT: Option<Right> = None;
    const IS_PUBLIC: bool = true;
}

/// The right to read plans, or a publishable key.
#[derive(Debug)]
pub enum SeePlans {}

impl Need for SeePlans {
    const RIGHT: Option<Right> = Some(READ_PLANS);
    const IS_PUBLIC: bool = true;
}

/// Declares the rights to read and to change each resource.
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

// Nothing writes to the history but the server itself.
needs!(@need ReadHistory, History, Read);

/// `Read` of `History`, for a write that checks the rights to what it changes itself.
#[derive(Debug)]
pub enum RevertChanges {}

impl Need for RevertChanges {
    const RIGHT: Option<Right> = ReadHistory::RIGHT;
}

impl WriteNeed for RevertChanges {}

/// `Read` of `Catalog`, for making a changeset: it changes nothing before somebody applies it.
#[derive(Debug)]
pub enum MakeChangesets {}

impl Need for MakeChangesets {
    const RIGHT: Option<Right> = ReadCatalog::RIGHT;
}

impl WriteNeed for MakeChangesets {}

needs! {
    // Reading what publishable keys are shown too is `SeePlans`.
    Plan: ReadPlans, WritePlans;
    Feature: ReadFeatures, WriteFeatures;
    PlanGroup: ReadPlanGroups, WritePlanGroups;
    ApiKey: ReadApiKeys, WriteApiKeys;
    Catalog: ReadCatalog, WriteCatalog;
}
