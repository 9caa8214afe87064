//! Texts in few bytes: compressed by zstd with a dictionary of what most of them have in common.

use std::io::Read;
use std::sync::LazyLock;

use zstd::dict::{DecoderDictionary, EncoderDictionary};

use crate::domain::{Error, Result};

/// The level of zstd: texts have a few kilobytes, and higher levels gain little.
pub(in crate::store) const LEVEL: i32 = 3;
/// Maximum size of a text in bytes: far more than the largest plan has.
const MAX_SIZE: u64 = 64 << 20;

/// A dictionary. Whatever was compressed with it needs it for ever, so a new one is added beside it
/// and never takes its place.
pub(in crate::store) struct Dictionary {
    encoder: LazyLock<EncoderDictionary<'static>>,
    decoder: LazyLock<DecoderDictionary<'static>>,
}

/// Declares a dictionary from a text.
macro_rules! dictionary {
    ($text:expr) => {
        $crate::store::pack::Dictionary::new(
            || zstd::dict::EncoderDictionary::copy($text, $crate::store::pack::LEVEL),
            || zstd::dict::DecoderDictionary::copy($text),
        )
    };
}

pub(in crate::store) use dictionary;

impl Dictionary {
    /// A dictionary that is prepared when it is first used.
    pub const fn new(
        encoder: fn() -> EncoderDictionary<'static>,
        decoder: fn() -> DecoderDictionary<'static>,
    ) -> Self {
        Self {
            encoder: LazyLock::new(encoder),
            decoder: LazyLock::new(decoder),
        }
    }

    /// Compresses a text.
    ///
    /// # Errors
    /// `Internal`.
    pub fn pack(&self, text: &[u8]) -> Result<Vec<u8>> {
        zstd::bulk::Compressor::with_prepared_dictionary(&self.encoder)
            .and_then(|mut compressor| compressor.compress(text))
            .map_err(|why| Error::Internal(Box::new(why)))
    }

    /// Reads a text back.
    ///
    /// # Errors
    /// `Internal`, if it was not compressed with this dictionary.
    pub fn unpack(&self, packed: &[u8]) -> Result<Vec<u8>> {
        let mut text = Vec::new();
        zstd::stream::Decoder::with_prepared_dictionary(packed, &self.decoder)
            .and_then(|decoder| decoder.take(MAX_SIZE).read_to_end(&mut text))
            .map_err(|why| Error::Internal(Box::new(why)))?;
        Ok(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    static LIKE: Dictionary = dictionary!(br#"{"price":4900,"regional":[{"currency":"jpy"}]}"#);

    #[test]
    fn a_text_reads_back() {
        for text in [
            &b""[..],
            br#"{"price":5900,"regional":[{"currency":"jpy"}]}"#,
        ] {
            let packed = LIKE.pack(text).unwrap();
            assert_eq!(LIKE.unpack(&packed).unwrap(), text);
            assert!(packed.len() < 40, "{}", packed.len());
        }
        assert!(LIKE.unpack(b"nothing that was packed").is_err());
    }
}
