//! Plans.

mod contents;
pub(in crate::store) mod entity;
mod position;
mod read;
mod row;
mod save;
#[cfg(test)]
mod tests;
pub(in crate::store) mod version;

pub use self::position::PlanPosition;
pub use self::read::{
    PlanHead, any_exists, code_is_taken, defaults, find, find_deleted, find_with_revision, first,
    heads, next_creation_order, of_heads,
};
