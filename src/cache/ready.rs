//! Answers that are ready to be sent: their bytes, plain and compressed, and the tags of both.

use std::io::{self, Write};

use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest, Sha256};
use tokio::sync::OnceCell;

/// A content coding: RFC 9110 (8.4.1) for gzip, RFC 8878 for zstd.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Coding {
    /// The quicker one.
    Zstd,
    /// The one that everybody takes.
    Gzip,
}

impl Coding {
    /// All of them; of those that a client likes as well, the first is taken.
    pub const ALL: [Self; 2] = [Self::Zstd, Self::Gzip];

    /// The name in `Accept-Encoding` and `Content-Encoding`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Zstd => "zstd",
            Self::Gzip => "gzip",
        }
    }

    /// Compresses bytes, with the effort that suits what is sent some times before it changes.
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

/// Below this many bytes an answer fits into one packet anyway.
const WORTH_COMPRESSING: usize = 1024;
/// From this many bytes on, compressing takes so long that other requests must not wait for it.
const WORTH_A_THREAD: usize = 32 * 1024;

/// One form of an answer, and the tag that no other form has.
#[derive(Debug, Clone)]
pub struct Form {
    /// The bytes to send.
    pub bytes: Bytes,
    /// The value of `etag`, in quotes.
    pub tag: Bytes,
    /// How the bytes are compressed.
    pub coding: Option<Coding>,
}

/// An answer in all its forms; those that nobody has asked for are not made yet.
#[derive(Debug)]
pub struct Ready {
    plain: Form,
    coded: [OnceCell<Option<Form>>; Coding::ALL.len()],
    revision: i64,
}

impl Ready {
    /// The answer with these bytes. `revision` is that of what it shows.
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
            revision,
        }
    }

    /// The revision of what it shows.
    pub fn revision(&self) -> i64 {
        self.revision
    }

    /// It as it is.
    pub fn plain(&self) -> &Form {
        &self.plain
    }

    /// Compressed, where that makes it smaller; it is done once. Whoever comes meanwhile waits.
    pub async fn coded(&self, coding: Coding) -> &Form {
        if self.plain.bytes.len() < WORTH_COMPRESSING {
            return &self.plain;
        }
        let made = self.coded[coding as usize]
            .get_or_init(|| self.compress(coding))
            .await;
        made.as_ref().unwrap_or(&self.plain)
    }

    /// Compressed, if it is known already how small that makes it.
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
            // That the thread fails means no more than that there is no compressed form.
            tokio::task::spawn_blocking(encode).await.ok().flatten()
        };
        let encoded = encoded.filter(|bytes| bytes.len() < self.plain.bytes.len())?;
        Some(Form {
            bytes: exactly(encoded),
            tag: tag_of(&self.plain.bytes, Some(coding)),
            coding: Some(coding),
        })
    }

    /// About how much memory it takes, with room for the forms that may be made yet.
    pub fn weight(&self) -> u64 {
        const OVERHEAD: usize = 512;
        let bytes = self.plain.bytes.len();
        u64::try_from(bytes + bytes / 4 + OVERHEAD).unwrap_or(u64::MAX)
    }
}

/// Bytes in no more memory than they need. What was written piece by piece has up to twice as
/// much, and shrinking it in place need not give that back.
fn exactly(bytes: Vec<u8>) -> Bytes {
    if bytes.capacity() > bytes.len() {
        Bytes::copy_from_slice(&bytes)
    } else {
        bytes.into()
    }
}

/// A strong tag: the same for the same bytes, on every server.
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
    async fn every_form_has_the_same_content_and_a_tag_of_its_own() {
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
    async fn what_would_not_get_smaller_stays_as_it_is() {
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
