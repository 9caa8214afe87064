//! Metrics for the operator.

use std::time::Duration;

use super::app::App;
pub use crate::store::connection::metrics::{Errors, PoolUse};

/// The current metrics. Counts start with the process.
#[derive(Debug, Clone)]
pub struct Metrics {
    /// The pools of connections.
    pub pools: Vec<PoolUse>,
    /// The failures of the database.
    pub errors: Errors,
    /// Answers that were found in the cache.
    pub hits: u64,
    /// Answers that were missing in the cache.
    pub misses: u64,
    /// Answers in the cache.
    pub answers: usize,
    /// The memory that they take, in bytes.
    pub bytes: u64,
    /// Maximum of that memory, in bytes.
    pub max_bytes: u64,
    /// Look-ups of keys in the database.
    pub key_look_ups: u64,
    /// Scopes that have a view.
    pub scopes: usize,
    /// Writes that were made durable.
    pub writes: u64,
    /// The time since the last successful look at the database; `None` before the first one.
    pub since_look: Option<Duration>,
    /// Whether the database counts as away, so that only cached answers are sent.
    pub is_away: bool,
}

impl App {
    /// The current metrics.
    pub fn metrics(&self) -> Metrics {
        let counts = &self.views.counts;
        let (answers, bytes, max_bytes) = self.views.kept_answers();
        Metrics {
            pools: self.database.pools(),
            errors: Errors::now(),
            hits: counts.hits(),
            misses: counts.misses(),
            answers,
            bytes,
            max_bytes,
            key_look_ups: self.known_keys.look_ups(),
            scopes: self.views.scopes(),
            writes: counts.writes(),
            since_look: counts.last_look().age(),
            is_away: self.views.is_away(),
        }
    }
}
