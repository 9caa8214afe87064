//! Request bodies: arbitrary bytes, invalid JSON, and JSON that nearly fits its schema.

use std::collections::BTreeSet;

use poem::{Request, RequestBody};
use poem_openapi::{ApiExtractor, ExtractParamOptions};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::{Union, ValueTree};
use proptest::test_runner::{TestCaseError, TestRunner};
use serde_json::Value;
use tokio::runtime::Runtime;

use crate::api::document;
use crate::api::kit::body::{Body, RequestSchema};
use crate::api::kit::error::{Code, Rejection};
use crate::api::kit::json;
use crate::api::kit::shape::Shape;
use crate::api::kit::shape::fuzz::{has_field, near, starts_with};
use crate::api::schema::api_key::CreateApiKeyRequest;
use crate::api::schema::change::RevertChangeRequest;
use crate::api::schema::changeset::{ApplyChangesetRequest, CreateChangesetRequest};
use crate::api::schema::feature::{CreateFeatureRequest, UpdateFeatureRequest};
use crate::api::schema::plan::{CreatePlanRequest, SetPlanVisibilityRequest, UpdatePlanRequest};
use crate::api::schema::plan_feature::{AddPlanFeatureRequest, UpdatePlanFeatureRequest};
use crate::api::schema::plan_group::{
    AddPlanToGroupRequest, CreatePlanGroupRequest, ReorderPlansRequest, UpdatePlanGroupRequest,
};
use crate::api::schema::plan_price::{AddPlanPriceRequest, UpdatePlanPriceRequest};
use crate::api::schema::regional::{
    ResyncPlanRegionalPricingRequest, SetPlanRegionalPricingRequest, UpsertRegionalPricesRequest,
};
use crate::domain::Error;
use crate::fuzz::{cases, damage};

/// A kind of body.
#[derive(Debug, Clone, Copy)]
struct Kind {
    name: &'static str,
    shape: fn() -> &'static Shape,
    read: fn(&[u8]) -> Result<[u8; 32], Rejection>,
}

macro_rules! kinds {
    ($($name:ident),+ $(,)?) => {
        &[$(Kind {
            name: stringify!($name),
            shape: <$name as RequestSchema>::shape,
            read: read::<$name>,
        }),+]
    };
}

const KINDS: &[Kind] = kinds![
    AddPlanFeatureRequest,
    AddPlanPriceRequest,
    AddPlanToGroupRequest,
    ApplyChangesetRequest,
    CreateApiKeyRequest,
    CreateChangesetRequest,
    CreateFeatureRequest,
    CreatePlanGroupRequest,
    CreatePlanRequest,
    ReorderPlansRequest,
    ResyncPlanRegionalPricingRequest,
    RevertChangeRequest,
    SetPlanRegionalPricingRequest,
    SetPlanVisibilityRequest,
    UpdateFeatureRequest,
    UpdatePlanFeatureRequest,
    UpdatePlanGroupRequest,
    UpdatePlanPriceRequest,
    UpdatePlanRequest,
    UpsertRegionalPricesRequest,
];

/// The shapes of all bodies.
pub fn shapes() -> impl Iterator<Item = &'static Shape> {
    KINDS.iter().map(|kind| (kind.shape)())
}

thread_local! {
    static RUNTIME: Runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .unwrap();
}

/// Reads a body as an operation does, and returns its digest.
fn read<T: RequestSchema>(bytes: &[u8]) -> Result<[u8; 32], Rejection> {
    let request = Request::builder().content_type("application/json").finish();
    let mut body = RequestBody::new(bytes.to_vec().into());
    let read = async {
        let read = Body::<T>::from_request(&request, &mut body, ExtractParamOptions::default());
        read.await.map(|body| body.digest)
    };
    RUNTIME
        .with(|runtime| runtime.block_on(read))
        .map_err(Rejection::from_poem)
}

/// Pieces of JSON, and bytes that make it invalid.
const PIECES: &[&[u8]] = &[
    b"{",
    b"}",
    b"[",
    b"]",
    b",",
    b":",
    b"\"",
    b"\\",
    b"\\u0000",
    b"\\ud800",
    b"\\u",
    b"null",
    b"true",
    b"1",
    b"-",
    b".",
    b"e9",
    b"1e400",
    b"\"name\"",
    b"\"code\":",
    b"\"metadata\":{",
    b"\0",
    b"\n",
    b" ",
    b"\xef\xbb\xbf",
    b"\xff",
    b"\xed\xa0\x80",
    b"\xc0\x80",
    b"//",
];

/// Random bytes, and pieces of JSON in random order.
fn nonsense() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        vec(any::<u8>(), 0..100),
        vec(select(PIECES), 0..40).prop_map(|pieces| pieces.concat()),
    ]
}

/// A body, and the kind that it is read as.
fn bodies() -> impl Strategy<Value = (Kind, Vec<u8>)> {
    let near = KINDS.iter().map(|kind| {
        let body = near((kind.shape)()).prop_map(String::into_bytes);
        (Just(*kind), body).boxed()
    });
    let damaged = (Union::new(near.clone()), vec(damage(PIECES), 1..4)).prop_map(
        |((kind, body), damages)| {
            let damaged = damages
                .iter()
                .fold(body, |body, damage| damage.done_to(body));
            (kind, damaged)
        },
    );
    prop_oneof![
        6 => Union::new(near),
        4 => damaged,
        1 => (select(KINDS), nonsense()),
    ]
}

/// A refusal is a 400 that gives reasons, and names only fields of the schema or of the body.
fn check_refusal(
    kind: Kind,
    body: Result<&Value, &String>,
    refusal: &Rejection,
) -> Result<(), TestCaseError> {
    prop_assert_eq!(refusal.code().status().as_u16(), 400);
    match (refusal, body) {
        (Rejection::Wire(Code::InvalidJson, Some(why)), Err(_)) => prop_assert!(!why.is_empty()),
        (Rejection::Domain(Error::Validation(violations)), Ok(body)) => {
            prop_assert!(!violations.as_slice().is_empty());
            for violation in violations.as_slice() {
                let field = violation.field.as_str();
                let is_there = match body.as_object() {
                    Some(object) => {
                        has_field((kind.shape)(), field)
                            || object.keys().any(|key| starts_with(field, key))
                    }
                    None => field == "body",
                };
                prop_assert!(is_there, "no field {field}: {}", violation.message);
                prop_assert!(violation.message.ends_with('.'), "{}", violation.message);
            }
        }
        (refusal, body) => prop_assert!(false, "{refusal:?} of {body:?}"),
    }
    Ok(())
}

/// A value that was read can be printed and read again.
fn check_json(bytes: &[u8], value: &Value) -> Result<(), TestCaseError> {
    let printed = value.to_string();
    let again = json::read(printed.as_bytes());
    prop_assert_eq!(again.as_ref(), Ok(value));
    // serde_json reads the same value, once the byte order mark is removed.
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let theirs = serde_json::from_slice::<Value>(bytes).ok();
    prop_assert_eq!(theirs.as_ref(), Some(value));
    Ok(())
}

fn check(kind: Kind, bytes: &[u8]) -> Result<(), TestCaseError> {
    let value = json::read(bytes);
    if let Ok(value) = &value {
        check_json(bytes, value)?;
    }
    match ((kind.read)(bytes), &value) {
        (Ok(digest), Ok(value)) => {
            let again = (kind.read)(value.to_string().as_bytes());
            prop_assert_eq!(again.ok(), Some(digest));
        }
        (Ok(_), Err(why)) => prop_assert!(false, "this is no JSON: {why}"),
        (Err(refusal), value) => check_refusal(kind, value.as_ref(), &refusal)?,
    }
    Ok(())
}

#[test]
fn every_request_of_the_document_is_tried() {
    let document = &*document::DOCUMENT;
    let paths = document["paths"].as_object().unwrap().values();
    let operations = paths.flat_map(|path| path.as_object().unwrap().values());
    let schemas = operations.filter_map(|operation| {
        let content = &operation["requestBody"]["content"]["application/json"];
        let schema = content["schema"]["$ref"].as_str()?;
        schema.rsplit('/').next().map(str::to_owned)
    });
    let tried = KINDS.iter().map(|kind| kind.name.to_owned());
    assert_eq!(
        tried.collect::<BTreeSet<_>>(),
        schemas.collect(),
        "`KINDS` in src/api/fuzz/bodies.rs has the body of every operation"
    );
}

proptest! {
    #![proptest_config(cases(3000))]

    #[test]
    fn a_body_is_read_or_refused_with_its_reasons((kind, bytes) in bodies()) {
        check(kind, &bytes)?;
    }
}

/// The generated bodies are neither always valid nor always invalid.
#[test]
fn bodies_of_every_kind_are_read_and_refused() {
    for kind in KINDS {
        let mut runner = TestRunner::deterministic();
        let near = near((kind.shape)());
        let mut count_read = 0;
        for _ in 0..200 {
            let body = near.new_tree(&mut runner).unwrap().current();
            count_read += i32::from((kind.read)(body.as_bytes()).is_ok());
        }
        assert!(
            (20..=195).contains(&count_read),
            "{}: {count_read}",
            kind.name
        );
    }
}
