//! Checking a request body against the schema that the OpenAPI document shows.
//!
//! The shape is made from the very schema that goes into the document, so the two cannot drift.
//! One walk finds everything that is wrong, each with its path.

mod check;
#[cfg(test)]
pub mod fuzz;
mod schema;
#[cfg(test)]
mod tests;
mod unit;

use self::unit::Unit;

/// What a value has to look like.
#[derive(Debug)]
pub enum Shape {
    /// An object with these fields and no others.
    Object(Vec<Field>),
    /// An object with any fields, so many at most.
    Free { max: usize },
    /// An array. There is none without a bound: what a request costs grows with its items.
    Array {
        items: Box<Shape>,
        min: usize,
        max: usize,
        is_set: bool,
    },
    /// A text; lengths are in characters.
    Text {
        min: usize,
        max: usize,
        kind: TextKind,
    },
    /// One of these words.
    Word(Vec<String>),
    /// One of these codes of currencies, in either case.
    Currency(Vec<String>),
    /// An integer.
    Integer { min: i64, max: i64, unit: Unit },
    /// A number above zero.
    PositiveNumber,
    /// A boolean.
    Boolean,
    /// Null or that.
    Nullable(Box<Shape>),
}

/// What a text has to look like besides its length.
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
            Self::Nullable(shape) => format!("{} or null", shape.noun()),
        }
    }
}
