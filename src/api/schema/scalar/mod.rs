//! JSON values: strings, numbers, enums, and optional values.

mod access;
mod any;
mod document;
mod inline;
pub mod kind;
mod metadata;
mod number;
mod optional;
mod text;
mod timestamp;
mod truth;
mod word;

pub use self::access::AccessList;
pub use self::any::AnyValue;
pub use self::document::{DocumentField, RateMap};
pub use self::number::{ExpiryDays, Rate, SafeInteger};
pub use self::optional::Nullable;
pub use self::text::Reference;
pub use self::truth::Flag;
