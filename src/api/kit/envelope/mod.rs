//! Responses: the envelope around the data, the headers that go with it, and refusals.

mod body;
mod export;
mod kinds;
mod meta;
mod past;
mod read;
pub(in crate::api) mod refusals;
mod wrote;

pub use self::body::{body_of, body_with_objects};
pub use self::export::Export;
pub use self::kinds::{ChangesOf, FindingsOf, ListOf, ObjectsOf, One, PagesOf, WholeOf};
pub use self::past::ReadAt;
pub use self::read::{LogPlace, Read, respond};
pub use self::refusals::Refused;
pub(crate) use self::refusals::refusals;
pub use self::wrote::Wrote;
