//! What checking a body costs, in steps: a step is a look at one value.

use std::cell::Cell;

use poem_openapi::registry::{MetaSchema, MetaSchemaRef, Registry};
use serde_json::{Value, json};

use super::Shape;
use super::check::has_duplicates;
use crate::api::fuzz::bodies::shapes;
use crate::api::schema::api_key::CreateApiKeyRequest;
use crate::api::schema::plan_group::ReorderPlansRequest;
use crate::domain::error::Violations;

/// As many items as fit into the largest body.
const FLOOD: usize = 174_000;

thread_local! {
    static STEPS: Cell<usize> = const { Cell::new(0) };
}

pub fn count_step() {
    STEPS.set(STEPS.get() + 1);
}

/// The steps of a check, and what it finds.
fn checked(shape: &Shape, mut value: Value) -> (usize, Violations) {
    let before = STEPS.get();
    let mut violations = Violations::default();
    shape.check(&mut value, "", &mut violations);
    (STEPS.get() - before, violations)
}

/// A value in which every array has far too many items.
fn flood(shape: &Shape) -> Value {
    match shape {
        Shape::Object(fields) => {
            let entries = fields.iter();
            let entries = entries.map(|field| (field.name.to_owned(), flood(&field.shape)));
            Value::Object(entries.collect())
        }
        Shape::Array { .. } => vec![Value::Null; FLOOD].into(),
        Shape::Nullable(shape) => flood(shape),
        _ => Value::Null,
    }
}

/// How many values a shape names, each array counted once.
fn size(shape: &Shape) -> usize {
    match shape {
        Shape::Object(fields) => 1 + fields.iter().map(|field| size(&field.shape)).sum::<usize>(),
        Shape::Nullable(shape) => 1 + size(shape),
        _ => 1,
    }
}

#[test]
fn too_long_arrays_are_not_walked() {
    for shape in shapes() {
        let (steps, violations) = checked(shape, flood(shape));
        assert!(steps <= size(shape), "{steps} steps of {shape:?}");
        assert!(!violations.is_empty());
    }
}

#[test]
fn permissions_cost_no_more_than_three() {
    let list = vec![json!("read"); FLOOD];
    let body = json!({"name": "Page", "permissions": {"plan": list}});
    let (steps, violations) = checked(&Shape::of::<CreateApiKeyRequest>(), body);
    assert!(steps < 10, "{steps}");
    let found = violations.as_slice();
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].message, "Must have at most 3 items.");
}

#[test]
fn a_list_costs_a_step_an_item() {
    let body = json!({"planIds": vec![Value::Null; 1000]});
    let (steps, violations) = checked(&Shape::of::<ReorderPlansRequest>(), body);
    assert_eq!(steps, 1002);
    assert_eq!(violations.as_slice().len(), Violations::MAX);
    assert_eq!(violations.more(), 900);
}

#[test]
fn unknown_fields_are_counted() {
    let entry = |number: usize| (format!("f{number}"), Value::Null);
    let body = Value::Object((0..FLOOD).map(entry).collect());
    let (steps, violations) = checked(&Shape::of::<ReorderPlansRequest>(), body);
    assert_eq!(steps, 1);
    // With the one that is missing.
    assert_eq!(violations.as_slice().len() + violations.more(), FLOOD + 1);
}

#[test]
fn duplicates_of_any_type_are_found() {
    for (items, expected) in [
        (json!([]), false),
        (json!(["a", "b"]), false),
        (json!(["a", "b", "a"]), true),
        (json!([{"a": 1, "b": 2}, {"b": 2, "a": 1}]), true),
        (json!([1, 1.5, "1", null, [1]]), false),
    ] {
        let items = items.as_array().unwrap();
        assert_eq!(has_duplicates(items), expected, "{items:?}");
    }
}

fn shape_of(schema: MetaSchema) -> Shape {
    Shape::from_schema(&MetaSchemaRef::Inline(Box::new(schema)), &Registry::new())
}

#[test]
#[should_panic(expected = "every array in a request has a bound")]
fn an_array_without_a_bound_is_no_shape() {
    let items = Some(Box::new(MetaSchemaRef::Inline(Box::new(MetaSchema::new(
        "string",
    )))));
    shape_of(MetaSchema {
        items,
        ..MetaSchema::new("array")
    });
}

#[test]
#[should_panic(expected = "every map in a request has a bound")]
fn a_map_without_a_bound_is_no_shape() {
    let anything = MetaSchemaRef::Inline(Box::new(MetaSchema::ANY));
    shape_of(MetaSchema {
        additional_properties: Some(Box::new(anything)),
        ..MetaSchema::new("object")
    });
}

#[test]
#[should_panic(expected = "no shape checks pattern ^[A-Z]+$")]
fn an_unchecked_pattern_is_no_shape() {
    shape_of(MetaSchema {
        pattern: Some("^[A-Z]+$".to_owned()),
        ..MetaSchema::new("string")
    });
}

#[test]
#[should_panic(expected = "no shape checks format date-time")]
fn an_unchecked_format_is_no_shape() {
    shape_of(MetaSchema::new_with_format("string", "date-time"));
}
