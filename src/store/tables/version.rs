//! Versions: what an object was from a revision on, as it is stored. A version is the rows of the
//! object as JSON, compressed.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::domain::{Error, Result};
use crate::store::pack::Dictionary;

/// What versions have in common.
static LIKE: Dictionary = Dictionary::new(include_bytes!("version.like.json"));

/// Writes a version.
///
/// # Errors
/// `Internal`.
pub(in crate::store) fn write(rows: &impl Serialize) -> Result<Vec<u8>> {
    let json = serde_json::to_vec(rows).map_err(|why| Error::Internal(Box::new(why)))?;
    LIKE.pack(&json)
}

/// Reads a version.
///
/// # Errors
/// `Internal`.
pub(in crate::store) fn read<T: DeserializeOwned>(version: &[u8]) -> Result<T> {
    let json = LIKE.unpack(version)?;
    serde_json::from_slice(&json).map_err(|why| Error::Internal(Box::new(why)))
}
