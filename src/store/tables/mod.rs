//! The tables: each resource has its entity, as `sea_orm` sees it, beside its queries.
//!
//! Rows are not the domain's values. Conversions take both apart field by field, so that a new column
//! breaks the build until it is carried through.

pub mod api_key;
pub(in crate::store) mod by_creation;
pub mod changes;
pub mod changeset;
mod diff;
pub mod feature;
pub mod idempotency;
mod mark;
pub mod organization;
pub mod plan;
pub mod plan_group;
pub mod revision;
pub(in crate::store) mod row;
pub mod state;
pub(in crate::store) mod version;
