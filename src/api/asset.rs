//! Content that is the same for as long as the server runs, sent compressed to whoever takes it.

use std::io::Write;

use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use poem::http::{HeaderMap, HeaderValue, header};
use poem::{IntoResponse, Response};

use super::coding;
use crate::catalog::cache::ready::Coding;

/// Content, plain and compressed; it is compressed once, when it is made.
pub struct Asset {
    content_type: &'static str,
    plain: Bytes,
    gzip: Option<Bytes>,
}

impl Asset {
    /// Content of a type.
    pub fn new(content_type: &'static str, plain: impl Into<Bytes>) -> Self {
        let plain = plain.into();
        Self {
            content_type,
            // Without it the content is sent as it is.
            gzip: compress(&plain).ok(),
            plain,
        }
    }

    /// The answer to a request with these headers.
    pub fn answer(&self, headers: &HeaderMap) -> Response {
        let gzip = self
            .gzip
            .as_ref()
            .filter(|_| coding::takes(headers, Coding::Gzip));
        let mut response = Response::builder()
            .content_type(self.content_type)
            .header(header::VARY, header::ACCEPT_ENCODING.as_str())
            .body(gzip.unwrap_or(&self.plain).clone());
        if gzip.is_some() {
            let encoding = HeaderValue::from_static("gzip");
            response
                .headers_mut()
                .insert(header::CONTENT_ENCODING, encoding);
        }
        response.into_response()
    }
}

fn compress(plain: &[u8]) -> std::io::Result<Bytes> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(plain)?;
    Ok(encoder.finish()?.into())
}
