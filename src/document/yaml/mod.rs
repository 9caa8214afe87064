//! YAML.

pub(super) mod events;
mod flow;
mod guard;
mod read;
mod scalar;
#[cfg(test)]
mod tests;
mod write;

pub use self::read::read;
pub use self::scalar::{Place, is_plain};
pub use self::write::{Level, entry, value, write};
