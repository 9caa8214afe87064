//! Requests that have ended.

use std::time::Duration;

/// A request that has ended.
#[derive(Debug)]
pub struct Ended<'a> {
    /// The operation, if it was one.
    pub operation: Option<&'static str>,
    /// Whether it was for the API; else it was for a page.
    pub is_api: bool,
    /// The method.
    pub method: &'a str,
    /// The status of the answer; 0 where the client hung up before it.
    pub status: u16,
    /// How long it took.
    pub took: Duration,
}
