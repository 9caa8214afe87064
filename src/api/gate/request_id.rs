//! The id of a request.

use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use poem::http::{HeaderMap, HeaderName, HeaderValue};
use uuid::Uuid;

use crate::api::protocol::REQUEST_ID_HEADER;
use crate::domain::id::RequestId;
use crate::domain::redaction::has_secret;

/// The header of the id.
pub(super) const REQUEST_ID: HeaderName = HeaderName::from_static(REQUEST_ID_HEADER);

/// Maximum length of a client's own request id, in characters.
const MAX_LENGTH: usize = 128;

/// The client's own id if it is valid, else a new one. An id that contains a secret key is not
/// valid, since ids are logged and passed on.
pub(super) fn request_id(headers: &HeaderMap) -> HeaderValue {
    let is_fit = |id: &&HeaderValue| {
        (1..=MAX_LENGTH).contains(&id.len())
            && id.as_bytes().iter().all(u8::is_ascii_graphic)
            && id.to_str().is_ok_and(|id| !has_secret(id))
    };
    let sent = headers.get(REQUEST_ID).filter(is_fit).cloned();
    sent.unwrap_or_else(|| {
        let id = new_request_id().to_string();
        // An id has only characters that are valid in a header.
        HeaderValue::from_maybe_shared(Bytes::from(id)).unwrap_or(HeaderValue::from_static("-"))
    })
}

/// A unique id: the time, a random number of this process, and a counter. A random number for every
/// request would cost more than the rest of the id.
fn new_request_id() -> RequestId {
    static RANDOM: LazyLock<[u8; 4]> = LazyLock::new(|| {
        let [a, b, c, d, ..] = Uuid::new_v4().into_bytes();
        [a, b, c, d]
    });
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH);
    let millis = since_epoch.unwrap_or_default().as_millis();
    let mut rest = [0; 10];
    rest[..4].copy_from_slice(&*RANDOM);
    let count = COUNT.fetch_add(1, Ordering::Relaxed).to_be_bytes();
    rest[4..].copy_from_slice(&count[2..]);
    let millis = u64::try_from(millis).unwrap_or(u64::MAX);
    RequestId::from_uuid(uuid::Builder::from_unix_timestamp_millis(millis, &rest).into_uuid())
}
