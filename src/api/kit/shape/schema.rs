//! Making a shape from a schema.

use poem_openapi::registry::{MetaSchema, MetaSchemaRef, Registry};
use serde_json::Value;

use super::unchecked::unchecked;
use super::unit::Unit;
use super::{Field, Shape, TextKind};
use crate::api::schema::Schema;
use crate::domain::money::Currency;
use crate::domain::text::{Code, Name};

impl Shape {
    /// The shape of a type, from its schema.
    ///
    /// # Panics
    /// When the schema has something that no shape checks, or an array or a map without a maximum.
    /// A test makes the shape of every request type.
    pub fn of<T: Schema>() -> Self {
        let mut registry = Registry::new();
        let schema = T::schema(&mut registry);
        Self::from_schema(&schema, &registry)
    }

    pub(super) fn from_schema(schema: &MetaSchemaRef, registry: &Registry) -> Self {
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
        // Bounds are integers that are exact as floats.
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
            "" => Self::Anything,
            other => unreachable!("no shape checks a schema of type `{other}`"),
        }
    }

    fn items(schema: &MetaSchema, registry: &Registry) -> Self {
        match &schema.items {
            Some(items) => Self::from_schema(items, registry),
            None => unreachable!("the schema of an array says what is in it"),
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

impl TextKind {
    fn of_pattern(pattern: Option<&str>) -> Self {
        match pattern {
            Some(Code::PATTERN) => Self::Code,
            Some(Name::PATTERN) => Self::Name,
            _ => Self::Any,
        }
    }
}

/// The maximum that a schema must have.
fn bounded(bound: Option<usize>, what: &str) -> usize {
    match bound {
        Some(bound) => bound,
        None => unreachable!("every {what} in a request has a bound"),
    }
}
