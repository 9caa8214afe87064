//! Static content, sent compressed to clients that accept it.

use std::io::Write;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use poem::Response;
use poem::http::{HeaderMap, HeaderValue, StatusCode, header};
use sha2::{Digest, Sha256};

use crate::api::kit::coding;
use crate::api::kit::parameter::has_version;
use crate::cache::ready::Coding;

/// Content, plain and compressed.
pub struct Asset {
    content_type: &'static str,
    plain: Bytes,
    gzip: Option<Bytes>,
    /// The digest in the entity tags of both forms.
    digest: String,
}

impl Asset {
    /// Compresses content of this type.
    pub fn new(content_type: &'static str, plain: impl Into<Bytes>) -> Self {
        let plain = plain.into();
        Self {
            content_type,
            digest: digest(&plain),
            // If compression fails, the content is sent plain.
            gzip: compress(&plain).ok(),
            plain,
        }
    }

    /// The response to a request with these headers; it has no body if the client has this version.
    pub fn answer(&self, headers: &HeaderMap) -> Response {
        let gzip = self
            .gzip
            .as_ref()
            .filter(|_| coding::takes(headers, Coding::Gzip));
        let tag = match gzip {
            Some(_) => format!("\"{}-gzip\"", self.digest),
            None => format!("\"{}\"", self.digest),
        };
        let response = Response::builder()
            .header(header::VARY, header::ACCEPT_ENCODING.as_str())
            .header(header::ETAG, &tag);
        if has_version(headers, tag.as_bytes()) {
            return response.status(StatusCode::NOT_MODIFIED).finish();
        }
        let mut response = response
            .content_type(self.content_type)
            .body(gzip.unwrap_or(&self.plain).clone());
        if gzip.is_some() {
            let encoding = HeaderValue::from_static("gzip");
            response
                .headers_mut()
                .insert(header::CONTENT_ENCODING, encoding);
        }
        response
    }
}

fn digest(content: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(content))
}

fn compress(plain: &[u8]) -> std::io::Result<Bytes> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(plain)?;
    Ok(encoder.finish()?.into())
}
