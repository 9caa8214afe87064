//! Responses to reads.

use std::marker::PhantomData;

use poem::http::{HeaderValue, StatusCode, header};
use poem::{IntoResponse, Response};
use poem_openapi::ApiResponse;
use poem_openapi::registry::{MetaHeader, MetaResponse, MetaResponses, MetaSchema, Registry};
use serde::Serialize;

use super::body::{Body, Counts, body_of, to_json};
use super::kinds::{ChangesOf, Envelope, FindingsOf, One, WholeOf};
use super::meta::{header_meta, register, success_meta};
use crate::api::kit::parameter::{ChangePosition, Cursor, IfNoneMatch, Param, Position};
use crate::api::schema::finding::Finding;
use crate::api::schema::{Nullable, Schema};
use crate::cache::ready::{Form, Ready};
use crate::catalog::blocking::blocking;
use crate::domain::Error;
use crate::domain::lint::{self, Severity};
use crate::domain::page::{CreationPosition, Page, Positioned};

/// Maximum number of headers of a response, so that their table is allocated once.
const MAX_HEADERS: usize = 10;

/// The content type of JSON.
const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// The response to a read: with an `ETag`, and without a body if the client has this version.
#[derive(Debug)]
pub struct Read<E> {
    form: Form,
    is_known: bool,
    envelope: PhantomData<E>,
}

impl<E> Read<E> {
    /// A cached response, in the content coding that the client prefers.
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

    /// The response with a body that may be large: then it is written away from the threads that serve
    /// other calls.
    async fn written(
        is_large: bool,
        write: impl FnOnce() -> Result<String, Error> + Send + 'static,
        known: &Param<IfNoneMatch>,
    ) -> Result<Self, Error> {
        let ready = || write().map(|body| Ready::new(body, 0));
        let ready = match is_large {
            false => ready()?,
            true => blocking(ready).await??,
        };
        Ok(Self::ready(&ready, known).await)
    }
}

impl<T: Schema + Serialize> Read<One<T>> {
    /// The response with one object.
    ///
    /// # Errors
    /// `Internal`, when it cannot be written as JSON.
    pub async fn one(data: &T, known: &Param<IfNoneMatch>) -> Result<Self, Error> {
        Ok(Self::new(body_of(data)?, known).await)
    }

    /// The response with one object that may be large.
    ///
    /// # Errors
    /// `Internal`, when it cannot be written as JSON.
    pub async fn one_large(
        is_large: bool,
        data: impl FnOnce() -> T + Send + 'static,
        known: &Param<IfNoneMatch>,
    ) -> Result<Self, Error> {
        Self::written(is_large, move || body_of(&data()), known).await
    }
}

impl<T: Schema + Serialize> Read<WholeOf<T>> {
    /// The response with a list that is never paged.
    ///
    /// # Errors
    /// `Internal`, when it cannot be written as JSON.
    pub async fn whole(data: Vec<T>, known: &Param<IfNoneMatch>) -> Result<Self, Error> {
        Ok(Self::new(body_of(&data)?, known).await)
    }
}

impl<E> Read<E> {
    /// The response with a page of a list in order of creation.
    ///
    /// # Errors
    /// `Internal`, when it cannot be written as JSON.
    pub async fn page<D, I, T: Serialize>(
        page: Page<Positioned<D, I>>,
        known: &Param<IfNoneMatch>,
        convert: impl Fn(D) -> T,
    ) -> Result<Self, Error>
    where
        CreationPosition<I>: Position,
    {
        let pairs = page.items.into_iter();
        let pairs = pairs.map(|Positioned { item, position }| (item, position));
        let page = Page {
            items: pairs.collect(),
            has_more: page.has_more,
        };
        Self::placed(page, known, convert).await
    }

    /// The response with a page of a list whose items come with their positions.
    ///
    /// # Errors
    /// `Internal`, when it cannot be written as JSON.
    pub async fn placed<D, P: Position, T: Serialize>(
        page: Page<(D, P)>,
        known: &Param<IfNoneMatch>,
        convert: impl Fn(D) -> T,
    ) -> Result<Self, Error> {
        let Page { items, has_more } = page;
        let next_cursor = has_more.map(|more| {
            let last = items.last().filter(|_| more);
            Nullable(last.map(|(_, position)| Cursor::after(position)))
        });
        let data = items.into_iter().map(|(item, _)| convert(item));
        let body = to_json(&Body {
            success: true,
            data: data.collect::<Vec<_>>(),
            has_more,
            next_cursor,
            head: None,
            counts: None,
        })?;
        Ok(Self::new(body, known).await)
    }
}

impl<E> Read<E> {
    /// The response with a body that is written already.
    pub async fn of_body(body: String, known: &Param<IfNoneMatch>) -> Self {
        Self::new(body, known).await
    }
}

impl Read<FindingsOf<Finding>> {
    /// The response with findings and their counts.
    ///
    /// # Errors
    /// `Internal`, when it cannot be written as JSON.
    pub(super) async fn findings(
        findings: Vec<lint::Finding>,
        known: &Param<IfNoneMatch>,
    ) -> Result<Self, Error> {
        let mut counts = Counts::default();
        for finding in &findings {
            match finding.severity {
                Severity::Error => counts.error += 1,
                Severity::Warning => counts.warning += 1,
                Severity::Info => counts.info += 1,
            }
        }
        let data = findings.into_iter().map(Finding::from);
        let body = to_json(&Body {
            success: true,
            data: data.collect::<Vec<_>>(),
            has_more: None,
            next_cursor: None,
            head: None,
            counts: Some(counts),
        })?;
        Ok(Self::new(body, known).await)
    }
}

/// Where a page of the log of changes is in it.
#[derive(Debug)]
pub struct LogPlace {
    /// Whether there are more changes after the page.
    pub more: bool,
    /// The position of its last change, if the next page is to be asked for by a cursor.
    pub last: Option<ChangePosition>,
    /// The revision of the scope.
    pub head: i64,
}

impl<T: Schema + Serialize> Read<ChangesOf<T>> {
    /// The response with a page of the log of changes.
    ///
    /// # Errors
    /// `Internal`, when it cannot be written as JSON.
    pub async fn changes(
        page: LogPlace,
        is_large: bool,
        data: impl FnOnce() -> Vec<T> + Send + 'static,
        known: &Param<IfNoneMatch>,
    ) -> Result<Self, Error> {
        let write = move || {
            let LogPlace { more, last, head } = page;
            to_json(&Body {
                success: true,
                data: data(),
                has_more: Some(more),
                next_cursor: Some(Nullable(last.map(|last| Cursor::after(&last)))),
                head: Some(head),
                counts: None,
            })
        };
        Self::written(is_large, write, known).await
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

/// The response in one of its content codings, without its body if the client has this version.
pub fn respond(form: &Form, is_known: bool) -> Response {
    let Form { bytes, tag, coding } = form;
    let mut response = Response::default();
    let headers = response.headers_mut();
    headers.reserve(MAX_HEADERS);
    if let Ok(tag) = HeaderValue::from_maybe_shared(tag.clone()) {
        headers.insert(header::ETAG, tag);
    }
    if is_known {
        response.set_status(StatusCode::NOT_MODIFIED);
        return response;
    }
    headers.insert(header::CONTENT_TYPE, JSON);
    if let Some(coding) = coding {
        let name = HeaderValue::from_static(coding.name());
        headers.insert(header::CONTENT_ENCODING, name);
    }
    response.set_body(bytes.clone());
    response
}

pub(super) fn etag_meta() -> MetaHeader {
    let tag = "A tag of this version of the answer, for `If-None-Match` and `If-Match`.";
    header_meta("ETag", tag, MetaSchema::new("string"))
}

/// The response to a client that has the answer already.
pub(super) fn not_modified_meta() -> MetaResponse {
    MetaResponse {
        description: "The client has this version already; there is no body.",
        status: Some(304),
        status_range: None,
        content: Vec::new(),
        headers: vec![etag_meta()],
    }
}

impl<E: Envelope + Send> ApiResponse for Read<E> {
    fn meta() -> MetaResponses {
        MetaResponses {
            responses: vec![success_meta::<E>(vec![etag_meta()]), not_modified_meta()],
        }
    }

    fn register(registry: &mut Registry) {
        register::<E>(registry);
    }
}
