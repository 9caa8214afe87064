//! Texts in few bytes: compressed by zstd with a dictionary of what most of them have in common.

use std::sync::{Mutex, MutexGuard, PoisonError};

use zstd::bulk::{Compressor, Decompressor};
use zstd::zstd_safe::get_frame_content_size;

use crate::domain::{Error, Result};

/// The level of zstd: texts have a few kilobytes, and higher levels gain little.
const LEVEL: i32 = 3;
/// Maximum size of a text in bytes: more than a change has that makes what a document of 32 MiB says.
const MAX_SIZE: u64 = if cfg!(test) { 1 << 20 } else { 512 << 20 };

/// A dictionary. Whatever was compressed with it needs it for ever, so a new one is added beside it
/// and never takes its place.
///
/// It keeps the tables of zstd, which are larger than most texts: to make them anew each time would take
/// longer than to compress.
pub(in crate::store) struct Dictionary {
    text: &'static [u8],
    compressor: Mutex<Option<Compressor<'static>>>,
    decompressor: Mutex<Option<Decompressor<'static>>>,
}

impl Dictionary {
    /// A dictionary whose tables are made when they are first used.
    pub const fn new(text: &'static [u8]) -> Self {
        Self {
            text,
            compressor: Mutex::new(None),
            decompressor: Mutex::new(None),
        }
    }

    /// Compresses a text.
    ///
    /// # Errors
    /// Validation, if the text is too large; `Internal`.
    pub fn pack(&self, text: &[u8]) -> Result<Vec<u8>> {
        // What could not be read back is not written.
        if text.len() as u64 > MAX_SIZE {
            let message = "The change is too large to be logged: make it in several parts.";
            return Err(Error::invalid("body", message));
        }
        let mut tables = lock(&self.compressor);
        let tables = match &mut *tables {
            Some(tables) => tables,
            none => none.insert(Compressor::with_dictionary(LEVEL, self.text).map_err(internal)?),
        };
        tables.compress(text).map_err(internal)
    }

    /// Reads a text back.
    ///
    /// # Errors
    /// `Internal`, if it was not compressed with this dictionary.
    pub fn unpack(&self, packed: &[u8]) -> Result<Vec<u8>> {
        let size = get_frame_content_size(packed).ok().flatten();
        let size = size.filter(|size| *size <= MAX_SIZE);
        let size = size.and_then(|size| usize::try_from(size).ok());
        let size = size.ok_or_else(|| Error::internal("the log has a text of no size"))?;
        let mut tables = lock(&self.decompressor);
        let tables = match &mut *tables {
            Some(tables) => tables,
            none => none.insert(Decompressor::with_dictionary(self.text).map_err(internal)?),
        };
        tables.decompress(packed, size).map_err(internal)
    }
}

/// Compresses a text that has little in common with others.
///
/// # Errors
/// `Internal`.
pub(in crate::store) fn pack_plain(text: &[u8]) -> Result<Vec<u8>> {
    zstd::bulk::compress(text, LEVEL).map_err(internal)
}

/// Reads what [`pack_plain`] made of a text in UTF-8.
///
/// # Errors
/// `Internal`.
pub(in crate::store) fn unpack_plain(packed: &[u8]) -> Result<String> {
    let text = zstd::stream::decode_all(packed).map_err(internal)?;
    String::from_utf8(text).map_err(|why| Error::Internal(Box::new(why)))
}

fn lock<T>(tables: &Mutex<Option<T>>) -> MutexGuard<'_, Option<T>> {
    tables.lock().unwrap_or_else(PoisonError::into_inner)
}

fn internal(why: std::io::Error) -> Error {
    Error::Internal(Box::new(why))
}

#[cfg(test)]
mod tests {
    use super::*;

    static LIKE: Dictionary = Dictionary::new(br#"{"price":4900,"regional":[{"currency":"jpy"}]}"#);

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
        let largest = vec![b' '; 1 << 20];
        let packed = LIKE.pack(&largest).unwrap();
        assert_eq!(LIKE.unpack(&packed).unwrap(), largest);
        let larger = vec![b' '; (1 << 20) + 1];
        assert!(matches!(LIKE.pack(&larger), Err(Error::Validation(_))));
    }
}
