//! The example of currencies.

use super::example::{Entry, Example};
use crate::api::schema::currency::CurrencyInfo;
use crate::domain::money::Currency;

/// Every operation with its example.
pub const ALL: &[Entry] = &[("list-currencies", list_currencies)];

fn list_currencies() -> Example {
    let all = Currency::ALL.iter().copied().map(CurrencyInfo::new);
    // Texts and numbers can always be written as JSON.
    Example::new(serde_json::to_value(all.collect::<Vec<_>>()).unwrap_or_default())
}
