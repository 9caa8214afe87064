//! What is read from a file.

use crate::domain::money::Currency;

/// The exchange rates of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RateFile {
    /// The day of the rates, such as `2026-08-27`, if the file names it.
    pub date: Option<String>,
    /// Units of each currency per US dollar, each a JSON number, in alphabetical order. The US
    /// dollar itself is not among them.
    pub rates: Vec<(Currency, String)>,
    /// The codes of currencies that no catalog can have prices in, in alphabetical order.
    pub unknown: Vec<String>,
}

/// Maximum size of a file.
pub(super) const MAX_BYTES: usize = 1024 * 1024;

/// The text of a file without a byte order mark.
///
/// # Errors
/// It is too large.
pub(super) fn checked_size(text: &str) -> Result<&str, String> {
    if text.len() > MAX_BYTES {
        return Err("The file is larger than 1 MiB, the limit for files of rates.".to_owned());
    }
    Ok(text.strip_prefix('\u{feff}').unwrap_or(text))
}
