//! Request bodies: reading, checking, and the digest that tells whether two are the same.

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
use super::body_permits::{Permit, Permits};
use super::error::{Code, Rejection};
use super::headers::has_body;
use super::json;
use super::settings::BODY_TIMEOUT;
use super::shape::Shape;
use super::write_headers::WriteHeaders;
use crate::api::schema::Schema;
use crate::domain::Error;
use crate::domain::error::Violations;
use crate::domain::id::ApiKeyId;

/// Maximum size of a request body in bytes.
const MAX_BODY_BYTES: u64 = 1024 * 1024;

/// The size in bytes from which on a body needs a permit.
const LARGE_BODY_BYTES: u64 = 64 * 1024;
/// Maximum number of large bodies at a time, in all and per key.
const LARGE_BODIES: usize = 64;
const LARGE_BODIES_OF_KEY: usize = 16;
static PERMITS: LazyLock<Permits> =
    LazyLock::new(|| Permits::new(LARGE_BODIES, LARGE_BODIES_OF_KEY));

/// The maximum time for the body of a request to arrive. The gate attaches it to requests with a
/// body.
#[derive(Debug, Clone, Copy)]
pub struct BodyTimeout(pub Duration);

/// The name of the body as a whole in error messages.
const WHOLE_BODY: &str = "body";

/// A type of request bodies.
pub trait RequestSchema: Schema + for<'de> Deserialize<'de> + Send + 'static {
    /// The shape of the type, made once.
    fn shape() -> &'static Shape;
}

/// Implements [`RequestSchema`] for types.
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

/// A JSON body that matches its schema.
#[derive(Debug)]
pub struct Body<T> {
    /// The request.
    pub request: T,
    /// A digest of the JSON value: white space and the order of keys do not matter.
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
        let (bytes, _permit) = read_body(request, body, LIMIT).await?;
        checked(request, &bytes)
    }
}

/// How large a body may be.
#[derive(Clone, Copy)]
pub(super) struct Limit {
    /// Maximum size in bytes.
    pub bytes: u64,
    /// The permits for large ones.
    pub permits: &'static LazyLock<Permits>,
}

const LIMIT: Limit = Limit {
    bytes: MAX_BODY_BYTES,
    permits: &PERMITS,
};

/// Reads the body of a request that is declared as JSON, with the permit for a large one.
pub(super) async fn read_body(
    request: &Request,
    body: &mut RequestBody,
    limit: Limit,
) -> Result<(Vec<u8>, Option<Permit<'static>>)> {
    require_body(request)?;
    require_json(request)?;
    require_plain(request)?;
    let permit = || limit.permits.take(key(request));
    read(body, timeout(request), limit.bytes, permit).await
}

/// Checks the JSON of a body against its schema.
pub(super) fn checked<T: RequestSchema>(request: &Request, bytes: &[u8]) -> Result<Body<T>> {
    let mut value = json::read(bytes)
        .map_err(|why| Rejection::Wire(Code::InvalidJson, Some(unreadable(&why))))?;
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
    Ok(Body { request, digest })
}

fn timeout(request: &Request) -> Duration {
    let timeout = request.data::<BodyTimeout>();
    timeout.map_or(BODY_TIMEOUT, |timeout| timeout.0)
}

/// The id of the caller's key.
fn key(request: &Request) -> Option<&ApiKeyId> {
    let key = request.data::<CallerSlot>()?.get()?;
    Some(&key.caller().api_key_id)
}

/// Reads a body up to the limit. A large one takes a permit.
async fn read<'a>(
    body: &mut RequestBody,
    timeout: Duration,
    max_bytes: u64,
    take_permit: impl FnOnce() -> Option<Permit<'a>>,
) -> Result<(Vec<u8>, Option<Permit<'a>>)> {
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
    let mut permit = None;
    let kept = async {
        let mut small = (&mut body).take(LARGE_BODY_BYTES);
        let length = small.read_to_end(&mut bytes).await.map_err(cut_off)?;
        if (length as u64) < LARGE_BODY_BYTES {
            return Ok(());
        }
        permit = Some(take_permit().ok_or_else(too_many)?);
        let mut rest = (&mut body).take(max_bytes + 1 - LARGE_BODY_BYTES);
        rest.read_to_end(&mut bytes).await.map_err(cut_off)?;
        Ok::<_, Rejection>(())
    };
    let kept = tokio::time::timeout(timeout, kept).await;
    kept.map_err(late)??;
    if bytes.len() as u64 <= max_bytes {
        return Ok((bytes, permit));
    }
    let told = format!("The body is larger than {} MiB.", max_bytes >> 20);
    Err(Rejection::Wire(Code::BodyTooLarge, Some(told)).into())
}

fn too_many() -> Rejection {
    // This is not logged as a failure: clients cause it.
    Rejection::of(Code::Unavailable)
}

/// The message about a body that is not JSON.
pub(super) fn unreadable(why: &str) -> String {
    match why {
        json::MISSING => MISSING_BODY.to_owned(),
        why => sentence(why),
    }
}

fn sentence(why: &str) -> String {
    format!("The body cannot be read: {why}.")
}

const MISSING_BODY: &str = "The body is missing: send a JSON object.";

/// A request without a body is refused for that, not for its missing content type.
fn require_body(request: &Request) -> Result<(), Rejection> {
    let headers = request.headers();
    match headers.contains_key(header::CONTENT_TYPE) || has_body(headers) {
        true => Ok(()),
        false => Err(Rejection::Wire(
            Code::InvalidJson,
            Some(MISSING_BODY.to_owned()),
        )),
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

/// Refuses transfer codings other than `chunked`, since only that has been decoded.
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

    async fn read_of(length: u64, permits: &Permits) -> Result<usize, Code> {
        let bytes = vec![b' '; usize::try_from(length).unwrap()];
        let mut body = RequestBody::new(bytes.into());
        match read(&mut body, BODY_TIMEOUT, MAX_BODY_BYTES, || {
            permits.take(None)
        })
        .await
        {
            Ok((bytes, permit)) => {
                assert_eq!(permit.is_some(), length >= LARGE_BODY_BYTES);
                Ok(bytes.len())
            }
            Err(error) => Err(Rejection::from_poem(error).code()),
        }
    }

    #[tokio::test]
    async fn large_bodies_are_few_at_a_time_and_small_ones_are_not() {
        let permits = Permits::new(1, 1);
        let small = LARGE_BODY_BYTES - 1;
        for length in [0, small, LARGE_BODY_BYTES, MAX_BODY_BYTES] {
            assert_eq!(read_of(length, &permits).await, Ok(length as usize));
        }
        let too_large = read_of(MAX_BODY_BYTES + 1, &permits).await;
        assert_eq!(too_large, Err(Code::BodyTooLarge));
        let _taken = permits.take(None).unwrap();
        assert_eq!(read_of(small, &permits).await, Ok(small as usize));
        let refused = read_of(LARGE_BODY_BYTES, &permits).await;
        assert_eq!(refused, Err(Code::Unavailable));
    }
}
