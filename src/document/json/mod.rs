//! JSON.

mod parts;
mod read;
#[cfg(test)]
mod tests;
mod write;

pub use self::read::read;
pub use self::write::write;
