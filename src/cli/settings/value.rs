//! Parsing values that several commands take.

use crate::domain::money::Currency;
use crate::domain::text::Name;

/// Parses a name.
pub(super) fn name(text: &str) -> Result<Name, String> {
    Name::parse(text).ok_or_else(|| format!("must have 1 to {} characters", Name::MAX_LENGTH))
}

/// Parses a currency.
pub fn currency(text: &str) -> Result<Currency, String> {
    Currency::parse(&text.to_lowercase()).ok_or_else(|| "is not a currency of Pricebook".to_owned())
}
