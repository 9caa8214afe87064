//! Everything in the document is also in the model, so that walks reach it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::invent::walked;
use super::money::CURRENCIES;
use super::schema::{Field, Kind};
use crate::support::contract::{DOCUMENT, OPERATIONS, Operation};

/// Operations that no walk makes, each with the reason.
const NOT_WALKED: &[(&str, &str)] = &[
    ("list-currencies", "it is the same for everybody"),
    ("list-api-keys", "a walk has one key"),
    ("create-api-key", "a walk has one key"),
    ("delete-api-key", "a walk has one key"),
    (
        "list-changes",
        "the model has no log; tests/api/history compares what writes leave in it",
    ),
    (
        "get-change",
        "the model has no log; tests/api/history compares what writes leave in it",
    ),
    (
        "compare-revisions",
        "the model has no log; tests/api/history compares revisions",
    ),
    (
        "export-catalog",
        "tests/model/walk/document.rs exports the catalogs of walks",
    ),
    (
        "lint-catalog",
        "the model has no lint; src/domain/lint has the rules and their examples",
    ),
    (
        "create-changeset",
        "tests/model/walk/document.rs makes changesets of the catalogs of walks",
    ),
    (
        "list-changesets",
        "the model has no changesets; tests/api/changesets lists them",
    ),
    (
        "get-changeset",
        "the model has no changesets; tests/api/changesets reads them",
    ),
    (
        "discard-changeset",
        "the model has no changesets; tests/api/changesets discards them",
    ),
    (
        "apply-changeset",
        "tests/model/walk/document.rs applies changesets to the catalogs of walks",
    ),
    (
        "revert-change",
        "it leads to a state that the model was in before; tests/model/walk/back.rs makes it along walks",
    ),
];

/// The method of an operation, and its path with `{}` for each parameter.
fn route(operation: &Operation) -> (String, String) {
    let parts = operation
        .path
        .split('/')
        .map(|part| match part.starts_with('{') {
            true => "{}",
            false => part,
        });
    (
        operation.method.to_string(),
        parts.collect::<Vec<_>>().join("/"),
    )
}

#[test]
fn every_operation_is_walked() {
    let walked: BTreeSet<_> = walked()
        .map(|op| op.route())
        .map(|(method, path)| (method.to_owned(), path.to_owned()))
        .collect();
    let is_excused = |id: &str| NOT_WALKED.iter().any(|(known, _)| *known == id);
    for operation in OPERATIONS.iter() {
        assert_ne!(
            walked.contains(&route(operation)),
            is_excused(&operation.id),
            "{}: add it to `Op` in tests/model/calls.rs, to `WEIGHTS` in tests/model/invent/values.rs and \
             to the model, or to `NOT_WALKED` in tests/model/complete.rs with the reason",
            operation.id
        );
    }
}

/// A schema of the document with its references resolved.
fn resolved(schema: &'static Value) -> &'static Value {
    let schema = match &schema["allOf"] {
        Value::Array(parts) => &parts[0],
        _ => schema,
    };
    match schema["$ref"].as_str() {
        Some(target) => {
            let found = DOCUMENT.pointer(target.trim_start_matches('#'));
            resolved(found.expect("a schema"))
        }
        None => schema,
    }
}

/// The values of an enum in the document.
fn words_of(schema: &'static Value) -> BTreeSet<&'static str> {
    let words = schema["enum"].as_array().into_iter().flatten();
    words.filter_map(Value::as_str).collect()
}

/// The fields of an object in the document: whether each is required, and whether it may be null.
fn documented(schema: &'static Value) -> BTreeMap<String, (bool, bool)> {
    let required = schema["required"].as_array();
    let is_required = |name: &str| required.is_some_and(|all| all.iter().any(|one| one == name));
    let properties = schema["properties"].as_object().into_iter().flatten();
    let field = |(name, property): (&String, &'static Value)| {
        let is_nullable = property["nullable"] == true || resolved(property)["nullable"] == true;
        (name.clone(), (is_required(name), is_nullable))
    };
    properties.map(field).collect()
}

fn check_fields(id: &str, place: &str, fields: &[Field], schema: &'static Value) {
    let schema = resolved(schema);
    let modelled: BTreeMap<_, _> = fields
        .iter()
        .map(|field| (field.name.to_owned(), (field.required, field.nullable)))
        .collect();
    assert_eq!(
        modelled,
        documented(schema),
        "the body of {id}{place}: tests/model/schema/fields.rs has the fields of the document, each with \
         whether it is required and may be null; what a new one does belongs into the model direct it"
    );
    for field in fields {
        let property = &schema["properties"][field.name];
        let place = format!("{place}.{}", field.name);
        match field.kind {
            Kind::Shape(inner) => check_fields(id, &place, inner, property),
            Kind::Rows { row, .. } => check_fields(id, &place, row, &property["items"]),
            Kind::OneOf(words) => assert_eq!(
                words.iter().copied().collect::<BTreeSet<_>>(),
                words_of(resolved(property)),
                "{id}{place}: tests/model/schema/fields.rs must have the values of the document"
            ),
            _ => {}
        }
    }
}

#[test]
fn every_field_is_modelled() {
    for op in walked() {
        let (method, path) = op.route();
        let found = OPERATIONS.iter().find(|operation| {
            let (known, template) = route(operation);
            known == method && template == path
        });
        let operation = found.expect("an operation of the document");
        let body = &operation.object["requestBody"]["content"]["application/json"]["schema"];
        match op.body() {
            Some(fields) => check_fields(&operation.id, "", fields, body),
            None => assert!(
                body.is_null(),
                "{} has a body: add it to `Op::body`",
                operation.id
            ),
        }
    }
}

#[test]
fn every_currency_is_modelled() {
    let currencies = &DOCUMENT["components"]["schemas"]["CurrencyCode"];
    let known: BTreeSet<_> = CURRENCIES.iter().map(|(code, _)| *code).collect();
    assert_eq!(
        known,
        words_of(currencies),
        "`CURRENCIES` in tests/model/money.rs must have every currency, with its minor digits"
    );
}
