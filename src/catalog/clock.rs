//! The time of day, and ids.

use std::time::{SystemTime, UNIX_EPOCH};

use uuid::Uuid;

use crate::domain::timestamp::Timestamp;

/// The time of day.
pub(super) fn now() -> Timestamp {
    let since_epoch = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    Timestamp::from_millis(i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX))
}

/// A unique value for an id. It sorts after the values that this process made before.
pub(super) fn unique() -> Uuid {
    Uuid::now_v7()
}
