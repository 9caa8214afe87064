//! What operators do with a whole database.

pub mod backup;
pub mod copy;
