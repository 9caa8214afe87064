//! What operations need a key to be allowed, as types.
//!
//! An operation names one of these where it names its caller, [`Authorized`](super::auth::Authorized),
//! and cannot have a caller without naming one.

use crate::domain::permission::{Access, Resource, Right};

/// What a key has to be allowed.
pub trait Need: Send + Sync + 'static {
    /// The right; `None` where any valid key will do.
    const RIGHT: Option<Right>;
}

/// What is needed to change something.
pub trait WriteNeed: Need {}

/// Any valid key will do: for what is the same in every catalog.
#[derive(Debug)]
pub enum AnyKey {}

impl Need for AnyKey {
    const RIGHT: Option<Right> = None;
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

needs! {
    Plan: ReadPlans, WritePlans;
    Feature: ReadFeatures, WriteFeatures;
    PlanGroup: ReadPlanGroups, WritePlanGroups;
    ApiKey: ReadApiKeys, WriteApiKeys;
}
