//! Texts in few bytes: compressed by zstd, where there is one against another text that is mostly
//! the same.

use std::io::Read;

use crate::domain::{Error, Result};

/// The level of zstd: texts are a few kilobytes, and higher ones gain little.
const LEVEL: i32 = 3;

/// Compresses a text. Reading it back takes the same `like`.
///
/// # Errors
/// `Internal`.
pub fn pack(text: &[u8], like: &[u8]) -> Result<Vec<u8>> {
    zstd::bulk::Compressor::with_dictionary(LEVEL, like)
        .and_then(|mut compressor| compressor.compress(text))
        .map_err(|why| Error::Internal(Box::new(why)))
}

/// Reads a text back.
///
/// # Errors
/// `Internal`, when it is not one that was compressed against the same `like`.
pub fn unpack(packed: &[u8], like: &[u8]) -> Result<Vec<u8>> {
    let mut text = Vec::new();
    zstd::stream::Decoder::with_dictionary(packed, like)
        .and_then(|mut decoder| decoder.read_to_end(&mut text))
        .map_err(|why| Error::Internal(Box::new(why)))?;
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_reads_back() {
        let base = br#"{"price":4900,"regional":[{"currency":"jpy","price":7350}]}"#.repeat(50);
        let mut text = base.clone();
        text[10] = b'5';
        for like in [&[][..], &base] {
            let packed = pack(&text, like).unwrap();
            assert_eq!(unpack(&packed, like).unwrap(), text);
        }
        assert!(pack(&text, &base).unwrap().len() < 64);
        assert_eq!(
            unpack(&pack(&[], &[]).unwrap(), &[]).unwrap(),
            Vec::<u8>::new()
        );
    }
}
