//! JSON.

mod part;
mod parts;
mod read;
#[cfg(test)]
mod tests;
mod write;

pub use self::part::range_at;
pub use self::read::read;
pub use self::write::write;
