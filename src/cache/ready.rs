//! Answers that are ready to send: their bytes, plain and compressed, each with an entity tag.

use std::io::{self, Write};
use std::ops::Range;

use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest, Sha256};
use tokio::sync::OnceCell;

/// A content coding: RFC 9110 (8.4.1) for gzip, RFC 8878 for zstd.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Coding {
    /// Faster, and its output is smaller.
    Zstd,
    /// Supported by every client.
    Gzip,
}

impl Coding {
    /// All codings; of those that a client prefers equally, the first is chosen.
    pub const ALL: [Self; 2] = [Self::Zstd, Self::Gzip];

    /// The name in `Accept-Encoding` and `Content-Encoding`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Zstd => "zstd",
            Self::Gzip => "gzip",
        }
    }

    /// Compresses bytes, at a level that suits content that is sent several times before it
    /// changes.
    fn encode(self, plain: &[u8]) -> io::Result<Vec<u8>> {
        match self {
            Self::Zstd => zstd::bulk::compress(plain, 3),
            Self::Gzip => {
                let mut encoder = GzEncoder::new(Vec::new(), Compression::new(5));
                encoder.write_all(plain)?;
                encoder.finish()
            }
        }
    }
}

/// Minimum size of an answer to compress, in bytes; a smaller one fits into one packet.
const WORTH_COMPRESSING: usize = 1024;
/// Minimum size of an answer to compress on a separate thread, in bytes, so that other requests do
/// not wait for it.
const WORTH_A_THREAD: usize = 32 * 1024;

/// One form of an answer, with an entity tag that no other form has.
#[derive(Debug, Clone)]
pub struct Form {
    /// The bytes to send.
    pub bytes: Bytes,
    /// The value of `etag`, in quotes.
    pub tag: Bytes,
    /// The content coding; `None` for plain bytes.
    pub coding: Option<Coding>,
}

/// An answer in all its forms. A compressed form is made on the first request for it.
#[derive(Debug)]
pub struct Ready {
    plain: Form,
    coded: [OnceCell<Option<Form>>; Coding::ALL.len()],
    /// The range of the data in the plain form.
    data: Range<usize>,
    revision: i64,
}

/// The envelope of a response: its start before the data, and its end after the last field.
const ENVELOPE: (&str, &str) = (r#"{"success":true,"data":"#, "}");

impl Ready {
    /// An answer with this JSON value as its data. `fields` are further fields of the envelope,
    /// each after a comma; `revision` is the revision of the content.
    pub fn about(data: &str, fields: &str, revision: i64) -> Self {
        let (start, end) = ENVELOPE;
        let body = [start, data, fields, end].concat();
        Self {
            data: start.len()..start.len() + data.len(),
            ..Self::new(body, revision)
        }
    }

    /// The JSON of the data, without the envelope; empty for an answer made by [`Self::new`].
    pub fn data(&self) -> &str {
        let data = self.plain.bytes.get(self.data.clone()).unwrap_or_default();
        // The bytes come from a string.
        std::str::from_utf8(data).unwrap_or_default()
    }

    /// An answer with this body. `revision` is the revision of the content.
    pub fn new(body: String, revision: i64) -> Self {
        let bytes = exactly(body.into_bytes());
        let plain = Form {
            tag: tag_of(&bytes, None),
            bytes,
            coding: None,
        };
        Self {
            plain,
            coded: Default::default(),
            data: 0..0,
            revision,
        }
    }

    /// The revision of the content.
    pub fn revision(&self) -> i64 {
        self.revision
    }

    /// The plain form.
    pub fn plain(&self) -> &Form {
        &self.plain
    }

    /// The compressed form, or the plain one if compression does not make it smaller. It is made
    /// once; concurrent callers wait for it.
    pub async fn coded(&self, coding: Coding) -> &Form {
        if self.plain.bytes.len() < WORTH_COMPRESSING {
            return &self.plain;
        }
        let made = self.coded[coding as usize]
            .get_or_init(|| self.compress(coding))
            .await;
        made.as_ref().unwrap_or(&self.plain)
    }

    /// Like [`Self::coded`], but `None` if the form is not made yet.
    pub fn coded_already(&self, coding: Coding) -> Option<&Form> {
        if self.plain.bytes.len() < WORTH_COMPRESSING {
            return Some(&self.plain);
        }
        let made = self.coded[coding as usize].get()?;
        Some(made.as_ref().unwrap_or(&self.plain))
    }

    async fn compress(&self, coding: Coding) -> Option<Form> {
        let plain = self.plain.bytes.clone();
        let encode = move || coding.encode(&plain).ok();
        let encoded = if self.plain.bytes.len() < WORTH_A_THREAD {
            encode()
        } else {
            // If the thread fails, the answer is sent plain.
            tokio::task::spawn_blocking(encode).await.ok().flatten()
        };
        let encoded = encoded.filter(|bytes| bytes.len() < self.plain.bytes.len())?;
        Some(Form {
            bytes: exactly(encoded),
            tag: tag_of(&self.plain.bytes, Some(coding)),
            coding: Some(coding),
        })
    }

    /// Approximate size in memory, with an allowance for compressed forms.
    pub fn weight(&self) -> u64 {
        const OVERHEAD: usize = 512;
        let bytes = self.plain.bytes.len();
        u64::try_from(bytes + bytes / 4 + OVERHEAD).unwrap_or(u64::MAX)
    }
}

/// Bytes in memory of exactly their size. A buffer that grew piece by piece has up to twice the
/// capacity, and shrinking it in place may not free the rest.
fn exactly(bytes: Vec<u8>) -> Bytes {
    if bytes.capacity() > bytes.len() {
        Bytes::copy_from_slice(&bytes)
    } else {
        bytes.into()
    }
}

/// A strong entity tag: equal for equal bytes, on every server.
pub fn tag_of(plain: &[u8], coding: Option<Coding>) -> Bytes {
    let digest = Sha256::digest(plain);
    let mut tag = format!("\"{}", hex::encode(&digest[..16]));
    if let Some(coding) = coding {
        tag.push('-');
        tag.push_str(coding.name());
    }
    tag.push('"');
    tag.into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    fn decode(coding: Coding, bytes: &[u8]) -> Vec<u8> {
        let mut plain = Vec::new();
        match coding {
            Coding::Zstd => plain = zstd::stream::decode_all(bytes).unwrap(),
            Coding::Gzip => {
                flate2::read::GzDecoder::new(bytes)
                    .read_to_end(&mut plain)
                    .unwrap();
            }
        }
        plain
    }

    #[tokio::test]
    async fn every_coding_has_a_tag_of_its_own() {
        for size in [2_000, 200_000] {
            let body: String = (0..size)
                .map(|n| char::from(b'a' + (n % 7) as u8))
                .collect();
            let ready = Ready::new(body.clone(), 1);
            let mut tags = vec![ready.plain().tag.clone()];
            for coding in Coding::ALL {
                let form = ready.coded(coding).await;
                assert_eq!(form.coding, Some(coding));
                assert_eq!(decode(coding, &form.bytes), body.as_bytes(), "{coding:?}");
                tags.push(form.tag.clone());
            }
            tags.sort();
            tags.dedup();
            assert_eq!(tags.len(), 1 + Coding::ALL.len());
        }
    }

    #[tokio::test]
    async fn an_incompressible_answer_stays_plain() {
        let short = Ready::new("a".repeat(1_000), 1);
        assert_eq!(short.coded(Coding::Gzip).await.coding, None);
        let mut state = 7_u64;
        let noise = std::iter::repeat_with(|| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            char::from_u32(0x4e00 + (state >> 33) as u32 % 20_000).unwrap()
        });
        let ready = Ready::new(noise.take(2_000).collect(), 1);
        for coding in Coding::ALL {
            let form = ready.coded(coding).await;
            assert!(form.bytes.len() <= ready.plain().bytes.len(), "{coding:?}");
        }
    }
}
