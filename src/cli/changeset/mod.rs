//! Changesets: asking a server for them, showing them, applying them.

mod apply;
pub mod document;
mod lines;
mod request;
mod show;
mod wire;

pub use self::apply::Application;
pub use self::request::{make, read};
pub use self::show::show;
