//! The body of a response as JSON.

use serde::Serialize;

use crate::api::schema::Nullable;
use crate::domain::Error;

/// An envelope with what is in it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Body<D> {
    pub success: bool,
    pub data: D,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub has_more: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<Nullable<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub head: Option<i64>,
}

/// Writes an envelope.
///
/// # Errors
/// `Internal`, when its data cannot be written as JSON.
pub fn to_json<D: Serialize>(body: &Body<D>) -> Result<String, Error> {
    serde_json::to_string(body).map_err(|why| Error::Internal(Box::new(why)))
}

/// The body of a response with one object.
///
/// # Errors
/// `Internal`, when the object cannot be written as JSON.
pub fn body_of<T: Serialize>(data: &T) -> Result<String, Error> {
    to_json(&Body {
        success: true,
        data,
        has_more: None,
        next_cursor: None,
        head: None,
    })
}
