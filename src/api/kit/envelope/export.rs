//! Responses with the whole catalog as a document.

use poem::http::{HeaderValue, header};
use poem::{IntoResponse, Response};
use poem_openapi::ApiResponse;
use poem_openapi::registry::{MetaMediaType, MetaResponses, MetaSchema, MetaSchemaRef, Registry};

use super::kinds::One;
use super::meta::{header_meta, register, success_meta};
use super::read::{Read, etag_meta, not_modified_meta};
use crate::api::kit::parameter::{IfNoneMatch, Param};
use crate::api::protocol::CATALOG_REVISION_HEADER;
use crate::api::schema::document::CatalogDocument;

/// The content type of YAML: RFC 9512.
const YAML: &str = "application/yaml";

/// The catalog as a document: JSON in an envelope, or YAML as it is.
#[derive(Debug)]
pub struct Export {
    read: Read<One<CatalogDocument>>,
    is_yaml: bool,
    revision: i64,
}

impl Export {
    /// The document as JSON.
    pub async fn json(json: &str, revision: i64, known: &Param<IfNoneMatch>) -> Self {
        let body = format!("{{\"success\":true,\"data\":{json}}}");
        Self {
            read: Read::of_body(body, known).await,
            is_yaml: false,
            revision,
        }
    }

    /// The document as YAML.
    pub async fn yaml(yaml: String, revision: i64, known: &Param<IfNoneMatch>) -> Self {
        Self {
            read: Read::of_body(yaml, known).await,
            is_yaml: true,
            revision,
        }
    }
}

impl IntoResponse for Export {
    fn into_response(self) -> Response {
        let mut response = self.read.into_response();
        let headers = response.headers_mut();
        if self.is_yaml && headers.contains_key(header::CONTENT_TYPE) {
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(YAML));
        }
        headers.insert(CATALOG_REVISION_HEADER, HeaderValue::from(self.revision));
        headers.insert(header::VARY, HeaderValue::from_static("accept"));
        response
    }
}

impl ApiResponse for Export {
    fn meta() -> MetaResponses {
        let schema = MetaSchema {
            minimum: Some(0.0),
            ..MetaSchema::new_with_format("integer", "int64")
        };
        let shown = "The revision that the document shows.";
        let revision = header_meta(CATALOG_REVISION_HEADER, shown, schema);
        let headers = vec![etag_meta(), revision];
        let mut found = success_meta::<One<CatalogDocument>>(headers);
        found.content.push(MetaMediaType {
            content_type: YAML,
            schema: MetaSchemaRef::Inline(Box::new(MetaSchema::new("string"))),
        });
        MetaResponses {
            responses: vec![found, not_modified_meta()],
        }
    }

    fn register(registry: &mut Registry) {
        register::<One<CatalogDocument>>(registry);
    }
}
