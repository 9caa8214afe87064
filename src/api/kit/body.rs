//! Request bodies: reading, refusing, and what makes two of them the same.

use std::sync::LazyLock;
use std::time::Duration;

use poem::http::{HeaderValue, header};
use poem::{Request, RequestBody, Result};
use poem_openapi::registry::{MetaMediaType, MetaRequest, Registry};
use poem_openapi::{ApiExtractor, ApiExtractorType, ExtractParamOptions};
use serde::Deserialize;
use serde_json::Value;
use sha2::{Digest, Sha256};
use tokio::io::AsyncReadExt;

use super::auth::CallerSlot;
use super::body_permits::{Place, Places};
use super::error::{Code, Rejection};
use super::json;
use super::settings::BODY_TIMEOUT;
use super::shape::Shape;
use super::write_headers::WriteHeaders;
use crate::api::gate::guard::has_body;
use crate::api::schema::Schema;
use crate::domain::Error;
use crate::domain::error::Violations;
use crate::domain::id::ApiKeyId;

/// Most bytes of a request body.
const MAX_BODY_BYTES: u64 = 1024 * 1024;

/// From this many bytes on, a body is one of few at a time.
const LARGE_BODY_BYTES: u64 = 64 * 1024;
/// How many large bodies there are at a time, and how many of one key.
const LARGE_BODIES: usize = 64;
const LARGE_BODIES_OF_KEY: usize = 16;
static PLACES: LazyLock<Places> = LazyLock::new(|| Places::new(LARGE_BODIES, LARGE_BODIES_OF_KEY));

/// How long the body of a request may take to arrive; it is with those that have one.
#[derive(Debug, Clone, Copy)]
pub struct BodyPatience(pub Duration);

/// What the body as a whole is called where a field is to be named.
const WHOLE_BODY: &str = "body";

/// A type that a request body can be.
pub trait RequestSchema: Schema + for<'de> Deserialize<'de> + Send + 'static {
    /// Its shape, made once.
    fn shape() -> &'static Shape;
}

/// Names the types that request bodies can be.
macro_rules! request_schemas {
    ($($(#[$meta:meta])* $name:path),+ $(,)?) => {
        $(impl $crate::api::kit::body::RequestSchema for $name {
            fn shape() -> &'static $crate::api::kit::shape::Shape {
                static SHAPE: std::sync::LazyLock<$crate::api::kit::shape::Shape> =
                    std::sync::LazyLock::new($crate::api::kit::shape::Shape::of::<$name>);
                &SHAPE
            }
        })+
    };
}

pub(crate) use request_schemas;

/// A JSON body that fits its schema.
#[derive(Debug)]
pub struct Body<T> {
    /// The request.
    pub request: T,
    /// A digest of what the body says, whatever its white space and the order of its keys.
    pub digest: [u8; 32],
}

impl<'a, T: RequestSchema> ApiExtractor<'a> for Body<T> {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::RequestObject];

    type ParamType = ();
    type ParamRawType = ();

    fn register(registry: &mut Registry) {
        T::schema(registry);
    }

    fn request_meta() -> Option<MetaRequest> {
        let schema = T::schema(&mut Registry::new());
        let content = vec![MetaMediaType {
            content_type: "application/json",
            schema,
        }];
        Some(MetaRequest {
            description: None,
            content,
            required: true,
        })
    }

    async fn from_request(
        request: &'a Request,
        body: &mut RequestBody,
        _: ExtractParamOptions<()>,
    ) -> Result<Self> {
        require_body(request)?;
        require_json(request)?;
        require_plain(request)?;
        let place = || PLACES.take(key(request));
        let (bytes, _place) = read(body, patience(request), place).await?;
        let mut value = json::read(&bytes)
            .map_err(|why| Rejection::Wire(Code::InvalidJson, Some(unread(&why))))?;
        if !value.is_object() {
            return Err(Rejection::from(Error::invalid(WHOLE_BODY, "Must be an object.")).into());
        }
        let mut violations = Violations::default();
        T::shape().check(&mut value, "", &mut violations);
        WriteHeaders::check(request, &mut violations);
        violations.into_result().map_err(Rejection::from)?;
        let digest = digest(&value);
        let request = json::convert(&value)
            .map_err(|why| Rejection::from(Error::invalid(WHOLE_BODY, sentence(&why))))?;
        Ok(Self { request, digest })
    }
}

fn patience(request: &Request) -> Duration {
    let patience = request.data::<BodyPatience>();
    patience.map_or(BODY_TIMEOUT, |patience| patience.0)
}

/// The key that a request came with.
fn key(request: &Request) -> Option<&ApiKeyId> {
    let key = request.data::<CallerSlot>()?.get()?;
    Some(&key.caller().api_key_id)
}

/// Reads a body up to the limit. A large one takes a place, as long as there are any.
async fn read<'a>(
    body: &mut RequestBody,
    patience: Duration,
    take_place: impl FnOnce() -> Option<Place<'a>>,
) -> Result<(Vec<u8>, Option<Place<'a>>)> {
    let cut_off = |why| {
        Rejection::Wire(
            Code::InvalidJson,
            Some(sentence(&format!("it ends early, {why}"))),
        )
    };
    let late = |_| {
        Rejection::Wire(
            Code::InvalidJson,
            Some("The body did not arrive in time.".to_owned()),
        )
    };
    let mut body = body.take()?.into_async_read();
    let mut bytes = Vec::new();
    let mut place = None;
    let kept = async {
        let mut small = (&mut body).take(LARGE_BODY_BYTES);
        let length = small.read_to_end(&mut bytes).await.map_err(cut_off)?;
        if (length as u64) < LARGE_BODY_BYTES {
            return Ok(());
        }
        place = Some(take_place().ok_or_else(too_many)?);
        let mut rest = (&mut body).take(MAX_BODY_BYTES + 1 - LARGE_BODY_BYTES);
        rest.read_to_end(&mut bytes).await.map_err(cut_off)?;
        Ok::<_, Rejection>(())
    };
    let kept = tokio::time::timeout(patience, kept).await;
    kept.map_err(late)??;
    if bytes.len() as u64 <= MAX_BODY_BYTES {
        return Ok((bytes, place));
    }
    Err(Rejection::of(Code::BodyTooLarge).into())
}

fn too_many() -> Rejection {
    // No failure to log: clients cause it.
    Rejection::of(Code::Unavailable)
}

/// What is said of a body that is no JSON.
fn unread(why: &str) -> String {
    match why {
        json::NOTHING => MISSING.to_owned(),
        why => sentence(why),
    }
}

fn sentence(why: &str) -> String {
    format!("The body cannot be read: {why}.")
}

const MISSING: &str = "The body is missing: send a JSON object.";

/// A request without a body is told that the body is missing, not that its content type is.
fn require_body(request: &Request) -> Result<(), Rejection> {
    let headers = request.headers();
    match headers.contains_key(header::CONTENT_TYPE) || has_body(headers) {
        true => Ok(()),
        false => Err(Rejection::Wire(Code::InvalidJson, Some(MISSING.to_owned()))),
    }
}

fn require_json(request: &Request) -> Result<(), Rejection> {
    if request.headers().contains_key(header::CONTENT_ENCODING) {
        return Err(Rejection::EncodedBody);
    }
    let declared = request
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    let essence = declared
        .and_then(|value| value.split(';').next())
        .map(str::trim);
    if essence.is_some_and(|essence| essence.eq_ignore_ascii_case("application/json")) {
        Ok(())
    } else {
        Err(Rejection::of(Code::UnsupportedMediaType))
    }
}

/// Only `chunked` has been decoded by now; a body with another transfer coding would be read while still
/// encoded.
fn require_plain(request: &Request) -> Result<(), Rejection> {
    let mut codings = request.headers().get_all(header::TRANSFER_ENCODING).iter();
    let is_plain = |coding: &HeaderValue| coding.as_bytes().eq_ignore_ascii_case(b"chunked");
    match (codings.next().is_none_or(is_plain), codings.next()) {
        (true, None) => Ok(()),
        _ => Err(Error::invalid("transfer-encoding", "Must be `chunked` alone.").into()),
    }
}

/// SHA-256 of the value with the keys of objects in order.
fn digest(value: &Value) -> [u8; 32] {
    let mut hasher = Sha256::new();
    update(&mut hasher, value);
    hasher.finalize().into()
}

fn update(hasher: &mut Sha256, value: &Value) {
    match value {
        Value::Array(items) => {
            hasher.update("[");
            for item in items {
                update(hasher, item);
                hasher.update(",");
            }
            hasher.update("]");
        }
        Value::Object(object) => {
            hasher.update("{");
            let mut entries: Vec<_> = object.iter().collect();
            entries.sort_by_key(|(key, _)| *key);
            for (key, item) in entries {
                update(hasher, &Value::String(key.clone()));
                hasher.update(":");
                update(hasher, item);
                hasher.update(",");
            }
            hasher.update("}");
        }
        plain => hasher.update(plain.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn read_of(length: u64, places: &Places) -> Result<usize, Code> {
        let bytes = vec![b' '; usize::try_from(length).unwrap()];
        let mut body = RequestBody::new(bytes.into());
        match read(&mut body, BODY_TIMEOUT, || places.take(None)).await {
            Ok((bytes, place)) => {
                assert_eq!(place.is_some(), length >= LARGE_BODY_BYTES);
                Ok(bytes.len())
            }
            Err(error) => Err(Rejection::from_poem(error).code()),
        }
    }

    #[tokio::test]
    async fn only_large_bodies_need_a_permit() {
        let places = Places::new(1, 1);
        let small = LARGE_BODY_BYTES - 1;
        for length in [0, small, LARGE_BODY_BYTES, MAX_BODY_BYTES] {
            assert_eq!(read_of(length, &places).await, Ok(length as usize));
        }
        let too_large = read_of(MAX_BODY_BYTES + 1, &places).await;
        assert_eq!(too_large, Err(Code::BodyTooLarge));
        let _taken = places.take(None).unwrap();
        assert_eq!(read_of(small, &places).await, Ok(small as usize));
        let refused = read_of(LARGE_BODY_BYTES, &places).await;
        assert_eq!(refused, Err(Code::Unavailable));
    }
}
