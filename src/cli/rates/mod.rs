//! Files with exchange rates, as their publishers write them.
//!
//! Each reader is a function from a text to a [`RateFile`]; what it refuses, it says in one
//! sentence.

mod ecb;
mod file;
mod listed;
mod oxr;
#[cfg(test)]
mod tests;

pub use self::ecb::ecb;
pub use self::file::RateFile;
pub use self::oxr::oxr;
