//! How a probe finds the database.

/// The outcome of a probe.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// It answers, and takes writes as far as it can tell.
    Writable,
    /// It answers, but takes no writes; why, in a fixed sentence.
    ReadOnly(&'static str),
    /// It does not answer; why, for the log.
    Away(String),
}
