//! Responses to reads that can show the catalog as it was.

use poem::http::HeaderValue;
use poem::{IntoResponse, Response};
use poem_openapi::ApiResponse;
use poem_openapi::registry::{MetaResponses, MetaSchema, Registry};
use serde::Serialize;

use super::kinds::{Envelope, FindingsOf, One};
use super::meta::header_meta;
use super::read::Read;
use crate::api::kit::parameter::{IfNoneMatch, Param, Pinned, Position};
use crate::api::protocol::CATALOG_REVISION_HEADER;
use crate::api::schema::Schema;
use crate::api::schema::finding::Finding;
use crate::catalog::past::AtRevision;
use crate::domain::Error;
use crate::domain::lint;
use crate::domain::page::Page;

/// The response to a read; a header tells the revision if it shows the past.
#[derive(Debug)]
pub struct ReadAt<E> {
    read: Read<E>,
    /// The revision; `None` for the present.
    revision: Option<i64>,
}

impl<E> From<Read<E>> for ReadAt<E> {
    fn from(read: Read<E>) -> Self {
        Self {
            read,
            revision: None,
        }
    }
}

impl<T: Schema + Serialize> ReadAt<One<T>> {
    /// The response with one object of the past.
    ///
    /// # Errors
    /// `Internal`, when it cannot be written as JSON.
    pub async fn one<D>(
        found: AtRevision<D>,
        known: &Param<IfNoneMatch>,
        convert: impl FnOnce(D) -> T,
    ) -> Result<Self, Error> {
        let AtRevision { revision, found } = found;
        Ok(Self {
            read: Read::one(&convert(found), known).await?,
            revision: Some(revision),
        })
    }
}

impl ReadAt<FindingsOf<Finding>> {
    /// The response with findings; `revision` if they are about the past.
    ///
    /// # Errors
    /// `Internal`, when it cannot be written as JSON.
    pub async fn findings(
        findings: Vec<lint::Finding>,
        revision: Option<i64>,
        known: &Param<IfNoneMatch>,
    ) -> Result<Self, Error> {
        let read = Read::<FindingsOf<Finding>>::findings(findings, known).await?;
        Ok(Self { read, revision })
    }
}

impl<E> ReadAt<E> {
    /// The response with a page of a list of the past. Its cursor leads to the next page of the same
    /// revision.
    ///
    /// # Errors
    /// `Internal`, when it cannot be written as JSON.
    pub async fn page<D, P: Position, T: Serialize>(
        found: AtRevision<Page<(D, P)>>,
        known: &Param<IfNoneMatch>,
        convert: impl Fn(D) -> T,
    ) -> Result<Self, Error> {
        let AtRevision { revision, found } = found;
        let revision = Some(revision);
        let pinned = found.items.into_iter();
        let pinned = pinned.map(|(item, position)| (item, Pinned { revision, position }));
        let page = Page {
            items: pinned.collect(),
            has_more: found.has_more,
        };
        Ok(Self {
            read: Read::placed(page, known, convert).await?,
            revision,
        })
    }
}

impl<E: Send> IntoResponse for ReadAt<E> {
    fn into_response(self) -> Response {
        let mut response = self.read.into_response();
        if let Some(revision) = self.revision {
            let headers = response.headers_mut();
            headers.insert(CATALOG_REVISION_HEADER, HeaderValue::from(revision));
        }
        response
    }
}

impl<E: Envelope + Send> ApiResponse for ReadAt<E> {
    fn meta() -> MetaResponses {
        let mut meta = Read::<E>::meta();
        let of_success = meta
            .responses
            .iter_mut()
            .find(|response| response.status == Some(200));
        if let Some(response) = of_success {
            let revision = "Sent with `asOf`, `revision` or a cursor of the past: the revision that the \
                            answer shows.";
            let schema = MetaSchema {
                minimum: Some(0.0),
                ..MetaSchema::new_with_format("integer", "int64")
            };
            let header = header_meta(CATALOG_REVISION_HEADER, revision, schema);
            response.headers.push(header);
        }
        meta
    }

    fn register(registry: &mut Registry) {
        Read::<E>::register(registry);
    }
}
