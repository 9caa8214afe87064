//! Finished requests.

use std::time::Duration;

/// A finished request.
#[derive(Debug)]
pub struct Ended<'a> {
    /// The operation, if the request was for one.
    pub operation: Option<&'static str>,
    /// Whether it was for the API; otherwise it was for a page.
    pub is_api: bool,
    /// The method.
    pub method: &'a str,
    /// The status of the response; 0 if the client hung up before it.
    pub status: u16,
    /// How long it took.
    pub took: Duration,
}
