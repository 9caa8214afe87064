//! Keywords of a schema that no shape checks: the document must not promise what the server does not check.

use poem_openapi::registry::MetaSchema;

use crate::domain::text::{Code, Name};

/// The first keyword of a schema that no shape checks.
pub fn unchecked(schema: &MetaSchema) -> Option<String> {
    let format = schema
        .format
        .filter(|format| !is_checked(schema.ty, format));
    let pattern = schema.pattern.as_deref();
    let pattern = pattern.filter(|pattern| ![Code::PATTERN, Name::PATTERN].contains(pattern));
    let named = [
        format.map(|format| format!("format {format}")),
        pattern.map(|pattern| format!("pattern {pattern}")),
    ];
    let present = [
        (schema.multiple_of.is_some(), "multipleOf"),
        (schema.exclusive_maximum.is_some(), "exclusiveMaximum"),
        (schema.min_properties.is_some(), "minProperties"),
        (!schema.any_of.is_empty(), "anyOf"),
        (!schema.one_of.is_empty(), "oneOf"),
        (schema.all_of.len() > 1, "allOf with several schemas"),
    ];
    let present = present.into_iter().filter(|(is_present, _)| *is_present);
    let mut found = named
        .into_iter()
        .flatten()
        .chain(present.map(|(_, keyword)| keyword.to_owned()));
    found.next()
}

/// The formats of numbers hold by the way numbers are read.
fn is_checked(ty: &str, format: &str) -> bool {
    matches!((ty, format), ("integer", "int64") | ("number", "double"))
}
