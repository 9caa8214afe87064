//! Answers: the envelope around what a call is about, and the headers that go with it.

use std::marker::PhantomData;

use poem::http::{HeaderValue, StatusCode, header};
use poem::{IntoResponse, Response};
use poem_openapi::ApiResponse;
use poem_openapi::registry::{
    MetaHeader, MetaMediaType, MetaResponse, MetaResponses, MetaSchema, MetaSchemaRef, Registry,
};
use serde::Serialize;

use super::error::{Code, Rejection};
use super::parameter::{Cursor, IfNoneMatch, Param, Place};
use crate::api::protocol::REPLAYED_HEADER;
use crate::api::schema::error::ErrorResponse;
use crate::api::schema::{Flag, Nullable, Schema, described};
use crate::cache::ready::{Form, Ready};
use crate::catalog::write::Written;
use crate::domain::Error;
use crate::domain::error::Violations;
use crate::domain::page::{CreationPosition, Page, Positioned};

/// How many headers an answer has at most, so that their table is made once.
const MOST_HEADERS: usize = 10;

/// An envelope: `success`, `data` and what stands beside them.
pub trait Envelope {
    /// The name of the type in clients.
    fn name() -> String;

    /// What is in it.
    fn object(registry: &mut Registry) -> MetaSchema;
}

fn name_of<T: Schema>() -> String {
    match T::schema(&mut Registry::new()) {
        MetaSchemaRef::Reference(name) => name,
        MetaSchemaRef::Inline(_) => unreachable!("what an answer is about is a component"),
    }
}

fn envelope<D: Schema>(registry: &mut Registry) -> MetaSchema {
    let mut object = MetaSchema::new("object");
    object.required = vec!["success", "data"];
    object.properties = vec![
        ("success", Flag::schema(registry)),
        ("data", D::schema(registry)),
    ];
    object
}

/// One thing: `{"success": true, "data": {…}}`.
#[derive(Debug)]
pub struct One<T>(PhantomData<T>);

impl<T: Schema> Envelope for One<T> {
    fn name() -> String {
        format!("{}Response", name_of::<T>())
    }

    fn object(registry: &mut Registry) -> MetaSchema {
        let mut object = envelope::<T>(registry);
        object.description = described(&["The answer to a call that succeeded."]);
        object
    }
}

/// A list that is whole unless a page was asked for.
#[derive(Debug)]
pub struct ListOf<T>(PhantomData<T>);

/// A list that always comes in pages.
#[derive(Debug)]
pub struct PagesOf<T>(PhantomData<T>);

/// A list that never comes in pages.
#[derive(Debug)]
pub struct WholeOf<T>(PhantomData<T>);

impl<T: Schema> Envelope for WholeOf<T> {
    fn name() -> String {
        format!("{}ListResponse", name_of::<T>())
    }

    fn object(registry: &mut Registry) -> MetaSchema {
        let mut object = envelope::<Vec<T>>(registry);
        object.description = described(&["A whole list."]);
        object
    }
}

fn list_object<T: Schema>(registry: &mut Registry) -> MetaSchema {
    let mut object = envelope::<Vec<T>>(registry);
    let has_more = MetaSchema {
        description: described(&["Whether there are more items after this page."]),
        ..MetaSchema::new("boolean")
    };
    let next_cursor = MetaSchema {
        description: described(&["The `cursor` of the next page; null on the last."]),
        nullable: true,
        ..MetaSchema::new("string")
    };
    object
        .properties
        .push(("hasMore", MetaSchemaRef::Inline(Box::new(has_more))));
    object
        .properties
        .push(("nextCursor", MetaSchemaRef::Inline(Box::new(next_cursor))));
    object
}

impl<T: Schema> Envelope for ListOf<T> {
    fn name() -> String {
        format!("{}ListResponse", name_of::<T>())
    }

    fn object(registry: &mut Registry) -> MetaSchema {
        let mut object = list_object::<T>(registry);
        object.description = described(&[
            "A list. `hasMore` and `nextCursor` are there when the call had a `limit`.",
        ]);
        object
    }
}

impl<T: Schema> Envelope for PagesOf<T> {
    fn name() -> String {
        format!("{}ListResponse", name_of::<T>())
    }

    fn object(registry: &mut Registry) -> MetaSchema {
        let mut object = list_object::<T>(registry);
        object.required.extend(["hasMore", "nextCursor"]);
        object.description = described(&["A page of a list."]);
        object
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Body<D> {
    success: bool,
    data: D,
    #[serde(skip_serializing_if = "Option::is_none")]
    has_more: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<Nullable<String>>,
}

fn to_json<D: Serialize>(body: &Body<D>) -> Result<String, Error> {
    serde_json::to_string(body).map_err(|why| Error::Internal(Box::new(why)))
}

/// The body of an answer about one thing.
///
/// # Errors
/// `Internal`, when the thing cannot be written as JSON.
pub fn body_of<T: Serialize>(data: &T) -> Result<String, Error> {
    to_json(&Body {
        success: true,
        data,
        has_more: None,
        next_cursor: None,
    })
}

/// The answer to a read: with a tag, and without a body where the client has it already.
#[derive(Debug)]
pub struct Read<E> {
    form: Form,
    is_known: bool,
    envelope: PhantomData<E>,
}

impl<E> Read<E> {
    /// An answer that is ready, in the form that the client takes.
    pub async fn ready(ready: &Ready, known: &Param<IfNoneMatch>) -> Self {
        let form = match known.coding() {
            Some(coding) => ready.coded(coding).await,
            None => ready.plain(),
        };
        Self {
            is_known: known.has(&form.tag),
            form: form.clone(),
            envelope: PhantomData,
        }
    }

    async fn new(body: String, known: &Param<IfNoneMatch>) -> Self {
        Self::ready(&Ready::new(body, 0), known).await
    }
}

impl<T: Schema + Serialize> Read<One<T>> {
    /// The answer about one thing.
    ///
    /// # Errors
    /// `Internal`, when it cannot be written as JSON.
    pub async fn one(data: &T, known: &Param<IfNoneMatch>) -> Result<Self, Error> {
        Ok(Self::new(body_of(data)?, known).await)
    }
}

impl<T: Schema + Serialize> Read<WholeOf<T>> {
    /// The answer about a list that is never paged.
    ///
    /// # Errors
    /// `Internal`, when it cannot be written as JSON.
    pub async fn whole(data: Vec<T>, known: &Param<IfNoneMatch>) -> Result<Self, Error> {
        Ok(Self::new(body_of(&data)?, known).await)
    }
}

impl<E> Read<E> {
    /// The answer about a page of a list in order of creation.
    ///
    /// # Errors
    /// `Internal`, when it cannot be written as JSON.
    pub async fn page<D, I, T: Serialize>(
        page: Page<Positioned<D, I>>,
        known: &Param<IfNoneMatch>,
        convert: impl Fn(D) -> T,
    ) -> Result<Self, Error>
    where
        CreationPosition<I>: Place,
    {
        let Page { items, has_more } = page;
        let next_cursor = has_more.map(|more| {
            let last = items.last().filter(|_| more);
            Nullable(last.map(|last| Cursor::behind(&last.position)))
        });
        let data = items.into_iter().map(|placed| convert(placed.item));
        let body = to_json(&Body {
            success: true,
            data: data.collect::<Vec<_>>(),
            has_more,
            next_cursor,
        })?;
        Ok(Self::new(body, known).await)
    }
}

impl<E> IntoResponse for Read<E>
where
    E: Send,
{
    fn into_response(self) -> Response {
        respond(&self.form, self.is_known)
    }
}

/// The answer to a read in one of its forms, without its body where the client has that.
pub fn respond(form: &Form, is_known: bool) -> Response {
    let Form { bytes, tag, coding } = form;
    let mut response = Response::default();
    let headers = response.headers_mut();
    headers.reserve(MOST_HEADERS);
    if let Ok(tag) = HeaderValue::from_maybe_shared(tag.clone()) {
        headers.insert(header::ETAG, tag);
    }
    if is_known {
        response.set_status(StatusCode::NOT_MODIFIED);
        return response;
    }
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/json"),
    );
    if let Some(coding) = coding {
        let name = HeaderValue::from_static(coding.name());
        headers.insert(header::CONTENT_ENCODING, name);
    }
    response.set_body(bytes.clone());
    response
}

/// The answer to a write.
#[derive(Debug)]
pub struct Wrote<E> {
    written: Written,
    envelope: PhantomData<E>,
}

impl<E> From<Written> for Wrote<E> {
    fn from(written: Written) -> Self {
        Self {
            written,
            envelope: PhantomData,
        }
    }
}

impl<E: Send> IntoResponse for Wrote<E> {
    fn into_response(self) -> Response {
        let Written { body, replayed } = self.written;
        let response = Response::builder().content_type("application/json");
        if replayed {
            response.header(REPLAYED_HEADER, "true").body(body)
        } else {
            response.body(body)
        }
    }
}

fn header_meta(name: &str, description: &str, schema: MetaSchema) -> MetaHeader {
    MetaHeader {
        name: name.to_owned(),
        description: Some(description.to_owned()),
        required: false,
        deprecated: false,
        schema: MetaSchemaRef::Inline(Box::new(schema)),
    }
}

fn success_meta<E: Envelope>(headers: Vec<MetaHeader>) -> MetaResponse {
    MetaResponse {
        description: "The call succeeded.",
        status: Some(200),
        status_range: None,
        content: vec![MetaMediaType {
            content_type: "application/json",
            schema: MetaSchemaRef::Reference(E::name()),
        }],
        headers,
    }
}

fn register<E: Envelope>(registry: &mut Registry) {
    if !registry.schemas.contains_key(&E::name()) {
        let object = E::object(registry);
        registry.schemas.insert(E::name(), object);
    }
}

fn etag_meta() -> MetaHeader {
    let tag = "A tag of this version of the answer, for `If-None-Match` and `If-Match`.";
    header_meta("ETag", tag, MetaSchema::new("string"))
}

impl<E: Envelope + Send> ApiResponse for Read<E> {
    fn meta() -> MetaResponses {
        let not_modified = MetaResponse {
            description: "The client has this version already; there is no body.",
            status: Some(304),
            status_range: None,
            content: Vec::new(),
            headers: vec![etag_meta()],
        };
        MetaResponses {
            responses: vec![success_meta::<E>(vec![etag_meta()]), not_modified],
        }
    }

    fn register(registry: &mut Registry) {
        register::<E>(registry);
    }
}

impl<E: Envelope + Send> ApiResponse for Wrote<E> {
    fn meta() -> MetaResponses {
        MetaResponses {
            responses: vec![success_meta::<E>(Vec::new())],
        }
    }

    fn register(registry: &mut Registry) {
        register::<E>(registry);
    }
}

/// What an operation refuses.
pub trait Refusals: Send + Sync + 'static {
    /// The codes of its own.
    const CODES: &'static [Code];

    /// The codes that come with how the operation is called.
    const CALL_CODES: &'static [Code];
}

/// Codes that every operation can answer with.
const COMMON_CODES: &[Code] = &[
    Code::Unauthorized,
    Code::Forbidden,
    Code::RateLimited,
    Code::InternalError,
    Code::Unavailable,
];

/// How operations are called, and what that adds to what they refuse.
pub mod calls {
    use super::Code;

    /// Without anything of its own that could be wrong but the path. Whatever is called, there may be
    /// a parameter too many in the query, or a version that is not spoken.
    pub const PLAIN: &[Code] = &[Code::ValidationError];
    /// With an idempotency key and no body.
    pub const KEYED: &[Code] = &[Code::ValidationError, Code::IdempotencyKeyMismatch];
    /// With an idempotency key and a body.
    pub const BODY: &[Code] = &[
        Code::ValidationError,
        Code::InvalidJson,
        Code::BodyTooLarge,
        Code::UnsupportedMediaType,
        Code::IdempotencyKeyMismatch,
    ];
}

/// Declares what operations refuse: how they are called, then the codes of their own.
macro_rules! refusals {
    ($($name:ident: $call:ident $(, $code:ident)*;)+) => {
        $(
            #[doc = concat!("What `", stringify!($name), "` refuses.")]
            #[derive(Debug)]
            pub enum $name {}

            impl $crate::api::kit::envelope::Refusals for $name {
                const CODES: &'static [$crate::api::kit::error::Code] =
                    &[$($crate::api::kit::error::Code::$code),*];
                const CALL_CODES: &'static [$crate::api::kit::error::Code] =
                    $crate::api::kit::envelope::calls::$call;
            }
        )+
    };
}

pub(crate) use refusals;

fn codes<R: Refusals>() -> impl Iterator<Item = &'static Code> {
    R::CALL_CODES.iter().chain(R::CODES).chain(COMMON_CODES)
}

/// A refusal by an operation with these [`Refusals`].
#[derive(Debug)]
pub struct Refused<R> {
    rejection: Rejection,
    refusals: PhantomData<R>,
}

impl<R> From<Rejection> for Refused<R> {
    fn from(rejection: Rejection) -> Self {
        Self {
            rejection,
            refusals: PhantomData,
        }
    }
}

impl<R> From<Violations> for Refused<R> {
    fn from(violations: Violations) -> Self {
        Error::from(violations).into()
    }
}

impl<R> From<Error> for Refused<R> {
    fn from(error: Error) -> Self {
        Rejection::from(error).into()
    }
}

impl<R> From<Refused<R>> for poem::Error {
    fn from(refused: Refused<R>) -> Self {
        refused.rejection.into()
    }
}

impl<R: Refusals> ApiResponse for Refused<R> {
    fn meta() -> MetaResponses {
        let mut statuses: Vec<_> = codes::<R>().map(|code| code.status().as_u16()).collect();
        statuses.sort_unstable();
        statuses.dedup();
        MetaResponses {
            responses: statuses.into_iter().map(error_meta::<R>).collect(),
        }
    }

    fn register(registry: &mut Registry) {
        ErrorResponse::schema(registry);
    }
}

/// The answer of one status; its description names the codes that it can have.
fn error_meta<R: Refusals>(status: u16) -> MetaResponse {
    let codes = codes::<R>().filter(|code| code.status().as_u16() == status);
    let names: Vec<_> = codes.map(|code| format!("`{}`", code.as_str())).collect();
    MetaResponse {
        description: described(&[&names.join(", ")]).unwrap_or_default(),
        status: Some(status),
        status_range: None,
        content: vec![MetaMediaType {
            content_type: "application/json",
            schema: ErrorResponse::schema(&mut Registry::new()),
        }],
        headers: Vec::new(),
    }
}
