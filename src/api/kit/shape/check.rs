//! Checking a value against a shape.

use std::collections::HashSet;

use serde_json::{Number, Value};

use super::unit::Unit;
use super::{Field, Shape, TextKind};
use crate::domain::error::Violations;
use crate::domain::money::integer_value;
use crate::domain::text::{Code, Name};

impl Shape {
    /// Adds all violations of the value. Integers with a decimal point or an exponent are rewritten
    /// as plain integers, and currencies in lower case.
    pub fn check(&self, value: &mut Value, path: &str, violations: &mut Violations) {
        #[cfg(test)]
        super::tests::count_step();
        match (self, value) {
            (Self::Nullable(_), Value::Null) | (Self::Anything, _) => {}
            (Self::Nullable(shape), value) => shape.check(value, path, violations),
            (Self::Object(fields), Value::Object(object)) => {
                check_fields(fields, object, path, violations);
            }
            (Self::Free { max }, value @ Value::Object(_)) => {
                check_free(value, *max, path, violations);
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
                if check_length(array, (*min, *max), *is_set, path, violations) {
                    for (index, item) in array.iter_mut().enumerate() {
                        items.check(item, &format!("{path}[{index}]"), violations);
                    }
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
                violations.require(is_positive(number), path, "Must be above zero.");
            }
            (Self::Boolean, Value::Bool(_)) => {}
            (shape, _) => violations.add(path, format!("Must be {}.", shape.noun())),
        }
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

fn check_free(value: &Value, max: usize, path: &str, violations: &mut Violations) {
    let count = value.as_object().map_or(0, serde_json::Map::len);
    if count > max {
        violations.add(path, format!("Must have at most {max} keys."));
    } else if let Some(inside) = path_of_nul(value) {
        violations.add(format!("{path}{inside}"), NUL_MESSAGE);
    }
}

/// Checks an array without its items; returns whether to check these. They are skipped if there are
/// too many, which bounds the cost.
fn check_length(
    array: &[Value],
    (min, max): (usize, usize),
    is_set: bool,
    path: &str,
    violations: &mut Violations,
) -> bool {
    violations.require(
        array.len() >= min,
        path,
        format!("Must have at least {min} item."),
    );
    if array.len() > max {
        violations.add(path, format!("Must have at most {max} items."));
        return false;
    }
    if is_set && has_duplicates(array) {
        violations.add(path, "Must have no item twice.");
    }
    true
}

/// Whether a number is above zero, judged by its digits.
fn is_positive(number: &Number) -> bool {
    let literal = number.as_str();
    let digits = literal.split(['e', 'E']).next().unwrap_or(literal);
    !literal.starts_with('-') && digits.contains(|c| matches!(c, '1'..='9'))
}

pub(super) fn has_duplicates(array: &[Value]) -> bool {
    let mut seen = HashSet::with_capacity(array.len());
    array.iter().any(|item| !seen.insert(item))
}

/// PostgreSQL cannot store U+0000, so no string may contain it.
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

/// The path to the first U+0000 in a free value. It is made only when one is found, so that a large
/// value costs no more than reading it.
fn path_of_nul(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => has_nul(text).then(String::new),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .find_map(|(index, item)| path_of_nul(item).map(|rest| format!("[{index}]{rest}"))),
        Value::Object(object) => object.iter().find_map(|(key, item)| match has_nul(key) {
            true => Some(String::new()),
            false => path_of_nul(item).map(|rest| format!(".{key}{rest}")),
        }),
        Value::Null | Value::Bool(_) | Value::Number(_) => None,
    }
}
