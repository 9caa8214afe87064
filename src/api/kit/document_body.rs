//! Bodies with a document of the catalog in them: larger than others, and read with places.

use std::sync::LazyLock;

use poem::{Request, RequestBody, Result};
use poem_openapi::registry::{MetaRequest, Registry};
use poem_openapi::{ApiExtractor, ApiExtractorType, ExtractParamOptions};
use sha2::{Digest, Sha256};

use super::body::{Body, Limit, checked, read_body, unreadable};
use super::body_permits::Permits;
use super::error::{Code, Rejection};
use crate::api::schema::changeset::CreateChangesetRequest;
use crate::document::json::range_at;
use crate::document::node::{Mistake, Node};
use crate::document::{read_json_in, read_yaml};
use crate::domain::Error;

/// Maximum size of such a body in bytes.
const MAX_BYTES: u64 = 32 * 1024 * 1024;
/// Maximum number of large ones at a time, in all and per key.
const LARGE: usize = 4;
const LARGE_OF_KEY: usize = 2;

static PERMITS: LazyLock<Permits> = LazyLock::new(|| Permits::new(LARGE, LARGE_OF_KEY));

const LIMIT: Limit = Limit {
    bytes: MAX_BYTES,
    permits: &PERMITS,
};

/// A request to make a changeset, with the document in it.
#[derive(Debug)]
pub struct DocumentBody {
    /// The request.
    pub request: CreateChangesetRequest,
    /// The document, if there is one.
    pub document: Option<SentDocument>,
    /// A digest of the body.
    pub digest: [u8; 32],
}

/// A document as it was sent.
#[derive(Debug, Clone)]
pub enum SentDocument {
    /// YAML, or JSON as a text.
    Text(String),
    /// A part of a body.
    Object {
        /// The body.
        body: String,
        /// Where the object begins and ends.
        range: std::ops::Range<usize>,
    },
    /// Neither a text nor an object.
    Other,
}

impl SentDocument {
    /// The nodes of the document.
    ///
    /// # Errors
    /// The mistakes in it.
    pub fn node(&self) -> Result<Node, Vec<Mistake>> {
        match self {
            Self::Text(text) => read_yaml(text),
            Self::Object { body, range } => read_json_in(body, range.clone()),
            Self::Other => Err(Vec::new()),
        }
    }
}

impl<'a> ApiExtractor<'a> for DocumentBody {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::RequestObject];

    type ParamType = ();
    type ParamRawType = ();

    fn register(registry: &mut Registry) {
        <Body<CreateChangesetRequest> as ApiExtractor<'a>>::register(registry);
    }

    fn request_meta() -> Option<MetaRequest> {
        <Body<CreateChangesetRequest> as ApiExtractor<'a>>::request_meta()
    }

    async fn from_request(
        request: &'a Request,
        body: &mut RequestBody,
        _: ExtractParamOptions<()>,
    ) -> Result<Self> {
        let (bytes, _permit) = read_body(request, body, LIMIT).await?;
        let text = String::from_utf8(bytes);
        let text = text.map_err(|why| invalid(&why.utf8_error().to_string()))?;
        let (rest, document) = apart(text)?;
        let Body {
            request,
            digest: of_rest,
        } = checked::<CreateChangesetRequest>(request, rest.as_bytes())?;
        let mut hasher = Sha256::new();
        hasher.update(of_rest);
        if let Some(document) = &document {
            hasher.update(document.text());
        }
        Ok(Self {
            request,
            document,
            digest: hasher.finalize().into(),
        })
    }
}

impl SentDocument {
    fn text(&self) -> &str {
        match self {
            Self::Text(text) => text,
            Self::Object { body, range } => body.get(range.clone()).unwrap_or_default(),
            Self::Other => "",
        }
    }
}

fn invalid(why: &str) -> Rejection {
    Rejection::Wire(Code::InvalidJson, Some(unreadable(why)))
}

/// Takes the document out of a body; what remains has an empty object in its place. A body without
/// one stays as it is, and what is wrong with it is told as for other bodies.
fn apart(body: String) -> Result<(String, Option<SentDocument>)> {
    let Some(range) = range_at(&body, &["source", "document"]) else {
        return Ok((body, None));
    };
    let (before, after) = (&body[..range.start], &body[range.end..]);
    let rest = format!("{before}{{}}{after}");
    let raw = &body[range.clone()];
    let document = match raw.as_bytes().first() {
        Some(b'"') => {
            let text = serde_json::from_str(raw).map_err(|why| invalid(&why.to_string()))?;
            SentDocument::Text(text)
        }
        Some(b'{') => SentDocument::Object { body, range },
        _ => SentDocument::Other,
    };
    Ok((rest, Some(document)))
}

impl From<Vec<Mistake>> for Rejection {
    fn from(mistakes: Vec<Mistake>) -> Self {
        let mistakes = mistakes.into_iter().map(|mistake| {
            let Mistake { field, at, message } = mistake;
            crate::domain::error::Mistake {
                field,
                place: Some((at.line, at.column)),
                message,
            }
        });
        Error::DocumentInvalid(mistakes.collect()).into()
    }
}
