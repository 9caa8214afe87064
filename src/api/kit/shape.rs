//! Checking a request body against the schema that the OpenAPI document shows.
//!
//! The shape is made from the very schema that goes into the document, so the two cannot drift.
//! One walk finds everything that is wrong, each with its path.

use std::collections::HashSet;

use poem_openapi::registry::{MetaSchema, MetaSchemaRef, Registry};
use serde_json::{Number, Value};

use self::unchecked::unchecked;
use self::unit::Unit;
use crate::api::schema::Schema;
use crate::domain::error::Violations;
use crate::domain::money::{Currency, integer_value};
use crate::domain::text::{Code, Name};

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

impl TextKind {
    fn of_pattern(pattern: Option<&str>) -> Self {
        match pattern {
            Some(Code::PATTERN) => Self::Code,
            Some(Name::PATTERN) => Self::Name,
            _ => Self::Any,
        }
    }
}

/// A field of an object.
#[derive(Debug)]
pub struct Field {
    name: &'static str,
    is_required: bool,
    shape: Shape,
}

impl Shape {
    /// The shape of a type, from its schema.
    ///
    /// # Panics
    /// When the schema says something that no shape checks, or has an array or a map without a
    /// bound; the first request would show it, and so does the test of every request type.
    pub fn of<T: Schema>() -> Self {
        let mut registry = Registry::new();
        let schema = T::schema(&mut registry);
        Self::from_schema(&schema, &registry)
    }

    fn from_schema(schema: &MetaSchemaRef, registry: &Registry) -> Self {
        let schema = match schema {
            MetaSchemaRef::Inline(schema) => schema.as_ref(),
            MetaSchemaRef::Reference(name) => &registry.schemas[name],
        };
        let shape = Self::from_plain(schema, registry);
        if schema.nullable {
            Self::Nullable(Box::new(shape))
        } else {
            shape
        }
    }

    fn from_plain(schema: &MetaSchema, registry: &Registry) -> Self {
        if let Some(keyword) = unchecked(schema) {
            unreachable!(
                "no shape checks {keyword} of {:?}: check it in api/kit/shape, or take it out of api/schema",
                schema.rust_typename.unwrap_or(schema.ty)
            );
        }
        if let [only] = schema.all_of.as_slice() {
            return Self::from_schema(only, registry);
        }
        // Bounds are integers that a float keeps exactly.
        #[allow(clippy::cast_possible_truncation)]
        let bound =
            |bound: Option<f64>, otherwise: i64| bound.map_or(otherwise, |bound| bound as i64);
        match schema.ty {
            "object" if schema.additional_properties.is_some() => Self::Free {
                max: bounded(schema.max_properties, "map"),
            },
            "object" => Self::Object(Field::of_object(schema, registry)),
            "array" => Self::Array {
                items: Box::new(Self::items(schema, registry)),
                min: schema.min_items.unwrap_or(0),
                max: bounded(schema.max_items, "array"),
                is_set: schema.unique_items == Some(true),
            },
            "string" if !schema.enum_items.is_empty() => {
                let words = schema.enum_items.iter().filter_map(Value::as_str);
                let words: Vec<_> = words.map(str::to_owned).collect();
                if words.iter().all(|word| Currency::parse(word).is_some()) {
                    Self::Currency(words)
                } else {
                    Self::Word(words)
                }
            }
            "string" => Self::Text {
                min: schema.min_length.unwrap_or(0),
                max: schema.max_length.unwrap_or(usize::MAX),
                kind: TextKind::of_pattern(schema.pattern.as_deref()),
            },
            "integer" => Self::Integer {
                min: bound(schema.minimum, i64::MIN),
                max: bound(schema.maximum, i64::MAX),
                unit: Unit::of_type(schema.rust_typename),
            },
            "number" if schema.exclusive_minimum == Some(true) => Self::PositiveNumber,
            "boolean" => Self::Boolean,
            other => unreachable!("no shape checks a schema of type `{other}`"),
        }
    }

    fn items(schema: &MetaSchema, registry: &Registry) -> Self {
        match &schema.items {
            Some(items) => Self::from_schema(items, registry),
            None => unreachable!("the schema of an array says what is in it"),
        }
    }

    /// Notes everything that is wrong with the value. Integers that are written with a point or
    /// an exponent are rewritten plainly on the way, and currencies in lower case.
    pub fn check(&self, value: &mut Value, path: &str, violations: &mut Violations) {
        #[cfg(test)]
        tests::count_step();
        match (self, value) {
            (Self::Nullable(_), Value::Null) => {}
            (Self::Nullable(shape), value) => shape.check(value, path, violations),
            (Self::Object(fields), Value::Object(object)) => {
                check_fields(fields, object, path, violations);
            }
            (Self::Free { max }, value @ Value::Object(_)) => {
                let count = value.as_object().map_or(0, serde_json::Map::len);
                if count > *max {
                    violations.add(path, format!("Must have at most {max} keys."));
                } else if let Some(place) = place_of_nul(value) {
                    violations.add(format!("{path}{place}"), NUL_MESSAGE);
                }
            }
            (
                Self::Array {
                    items,
                    min,
                    max,
                    is_set,
                },
                Value::Array(array),
            ) => {
                violations.require(
                    array.len() >= *min,
                    path,
                    format!("Must have at least {min} item."),
                );
                // Items of an array that is too long are not checked, which bounds the cost.
                if array.len() > *max {
                    violations.add(path, format!("Must have at most {max} items."));
                    return;
                }
                if *is_set && has_twins(array) {
                    violations.add(path, "Must have no item twice.");
                }
                for (index, item) in array.iter_mut().enumerate() {
                    items.check(item, &format!("{path}[{index}]"), violations);
                }
            }
            (Self::Text { min, max, kind }, Value::String(text)) => {
                check_text(text, (*min, *max), *kind, path, violations);
            }
            (Self::Currency(words), Value::String(word)) => {
                word.make_ascii_lowercase();
                check_word(words, word, path, violations);
            }
            (Self::Word(words), Value::String(word)) => check_word(words, word, path, violations),
            (Self::Integer { min, max, unit }, Value::Number(number)) => {
                check_integer(number, (*min, *max), *unit, path, violations);
            }
            (Self::Integer { unit, .. }, Value::String(text)) if text.contains('.') => {
                violations.add(path, unit.message(path, text));
            }
            (Self::PositiveNumber, Value::Number(number)) => {
                let literal = number.as_str();
                let digits = literal.split(['e', 'E']).next().unwrap_or(literal);
                let above_zero =
                    !literal.starts_with('-') && digits.contains(|c| matches!(c, '1'..='9'));
                violations.require(above_zero, path, "Must be above zero.");
            }
            (Self::Boolean, Value::Bool(_)) => {}
            (shape, _) => violations.add(path, format!("Must be {}.", shape.noun())),
        }
    }

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

impl Field {
    fn of_object(schema: &MetaSchema, registry: &Registry) -> Vec<Self> {
        let field = |(name, property): &(&'static str, MetaSchemaRef)| Self {
            name,
            is_required: schema.required.contains(name),
            shape: Shape::from_schema(property, registry),
        };
        schema.properties.iter().map(field).collect()
    }
}

fn check_fields(
    fields: &[Field],
    object: &mut serde_json::Map<String, Value>,
    path: &str,
    violations: &mut Violations,
) {
    let inner = |name: &str| {
        if path.is_empty() {
            name.to_owned()
        } else {
            format!("{path}.{name}")
        }
    };
    for field in fields {
        match object.get_mut(field.name) {
            Some(value) => field.shape.check(value, &inner(field.name), violations),
            None => violations.require(!field.is_required, inner(field.name), "Is required."),
        }
    }
    for key in object.keys() {
        if fields.iter().all(|field| field.name != key) {
            violations.add(inner(key), "Is not a field of this request.");
        }
    }
}

/// The bound that a schema has to have.
fn bounded(bound: Option<usize>, what: &str) -> usize {
    match bound {
        Some(bound) => bound,
        None => unreachable!("every {what} in a request has a bound"),
    }
}

fn has_twins(array: &[Value]) -> bool {
    let mut seen = HashSet::with_capacity(array.len());
    array.iter().any(|item| !seen.insert(item))
}

/// One of the databases cannot store U+0000, so no text may have it.
fn has_nul(text: &str) -> bool {
    text.contains('\0')
}

const NUL_MESSAGE: &str = "Must not contain the character U+0000.";

fn check_word(words: &[String], word: &str, path: &str, violations: &mut Violations) {
    if words.iter().all(|known| known != word) {
        violations.add(path, format!("Must be one of: {}.", words.join(", ")));
    }
}

fn check_text(
    text: &str,
    (min, max): (usize, usize),
    kind: TextKind,
    path: &str,
    violations: &mut Violations,
) {
    let length = text.chars().count();
    violations.require(
        length >= min,
        path,
        format!("Must have at least {min} character."),
    );
    violations.require(
        length <= max,
        path,
        format!("Must have at most {max} characters."),
    );
    if has_nul(text) {
        violations.add(path, NUL_MESSAGE);
    } else if kind == TextKind::Name && (min..=max).contains(&length) {
        let message = "Must have something visible in it, and at most 200 characters in the normal \
                       form NFC.";
        violations.require(Name::parse(text).is_some(), path, message);
    } else if kind == TextKind::Code && length > 0 {
        let message = "Must consist of lowercase letters a to z, digits and underscores.";
        violations.require(Code::has_pattern(text), path, message);
    }
}

fn check_integer(
    number: &mut Number,
    (min, max): (i64, i64),
    unit: Unit,
    path: &str,
    violations: &mut Violations,
) {
    match integer_value(number.as_str()) {
        Some(value) if value < i128::from(min) || value > i128::from(max) => {
            violations.add(path, format!("Must be from {min} to {max}."));
        }
        Some(value) => *number = Number::from_i128(value).unwrap_or_else(|| number.clone()),
        None => violations.add(path, unit.message(path, number.as_str())),
    }
}

/// Where in a free value U+0000 stands first, as the end of a path. The path is made only when it
/// is found, so that a large value costs no more than looking at it.
fn place_of_nul(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => has_nul(text).then(String::new),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .find_map(|(index, item)| place_of_nul(item).map(|rest| format!("[{index}]{rest}"))),
        Value::Object(object) => object.iter().find_map(|(key, item)| match has_nul(key) {
            true => Some(String::new()),
            false => place_of_nul(item).map(|rest| format!(".{key}{rest}")),
        }),
        Value::Null | Value::Bool(_) | Value::Number(_) => None,
    }
}

mod unchecked;
mod unit;

#[cfg(test)]
pub mod fuzz;
#[cfg(test)]
mod tests;
