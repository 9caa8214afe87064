//! The body of a response as JSON.

use serde::Serialize;

use crate::api::kit::parameter::{Cursor, ObjectPosition};
use crate::api::schema::Nullable;
use crate::api::schema::changeset::Changeset;
use crate::catalog::changeset::ChangesetView;
use crate::domain::Error;
use crate::domain::scope::Scope;

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
    #[serde(skip_serializing_if = "Option::is_none")]
    pub counts: Option<Counts>,
}

/// How many findings there are of each severity.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub struct Counts {
    pub error: usize,
    pub warning: usize,
    pub info: usize,
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
        counts: None,
    })
}

/// The body of a response with a changeset and a page of its objects, of which some were skipped.
///
/// # Errors
/// `Internal`, when it cannot be written as JSON.
pub fn body_with_objects(
    view: ChangesetView,
    skipped: u64,
    scope: &Scope,
) -> Result<String, Error> {
    let next = skipped + view.objects.len() as u64;
    let has_more = view.has_more;
    let next = has_more.then(|| Cursor::after(&ObjectPosition(next)));
    to_json(&Body {
        success: true,
        data: Changeset::new(view, scope),
        has_more: Some(has_more),
        next_cursor: Some(Nullable(next)),
        head: None,
        counts: None,
    })
}
