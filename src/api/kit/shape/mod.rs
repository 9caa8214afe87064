//! Checking a request body against the schema that the OpenAPI document shows.
//!
//! The shape is made from the schema that goes into the document, so the two cannot drift. One walk
//! finds all violations, each with its path.

mod check;
#[cfg(test)]
pub mod fuzz;
mod schema;
#[cfg(test)]
mod tests;
mod unchecked;
mod unit;

use self::unit::Unit;

/// The expected form of a value.
#[derive(Debug)]
pub enum Shape {
    /// An object with these fields and no others.
    Object(Vec<Field>),
    /// An object with any fields, up to a maximum number.
    Free { max: usize },
    /// An array. It always has a maximum, since the cost of a request grows with its items.
    Array {
        items: Box<Shape>,
        min: usize,
        max: usize,
        is_set: bool,
    },
    /// A string; lengths are in characters.
    Text {
        min: usize,
        max: usize,
        kind: TextKind,
    },
    /// One of these words.
    Word(Vec<String>),
    /// One of these currency codes, in either case.
    Currency(Vec<String>),
    /// An integer.
    Integer { min: i64, max: i64, unit: Unit },
    /// A number above zero.
    PositiveNumber,
    /// A boolean.
    Boolean,
    /// Anything; it is checked elsewhere.
    Anything,
    /// Null or the inner shape.
    Nullable(Box<Shape>),
}

/// The expected form of a string besides its length.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextKind {
    /// Anything.
    Any,
    /// A code.
    Code,
    /// A name.
    Name,
}

/// A field of an object.
#[derive(Debug)]
pub struct Field {
    name: &'static str,
    is_required: bool,
    shape: Shape,
}

impl Shape {
    fn noun(&self) -> String {
        match self {
            Self::Object(_) | Self::Free { .. } => "an object".to_owned(),
            Self::Array { .. } => "an array".to_owned(),
            Self::Text { .. } => "a string".to_owned(),
            Self::Word(words) | Self::Currency(words) => format!("one of: {}", words.join(", ")),
            Self::Integer { .. } => "an integer".to_owned(),
            Self::PositiveNumber => "a number".to_owned(),
            Self::Boolean => "true or false".to_owned(),
            Self::Anything => "a value".to_owned(),
            Self::Nullable(shape) => format!("{} or null", shape.noun()),
        }
    }
}
