//! What the server knows of itself, for the operator.

use std::time::Duration;

use super::app::App;
pub use crate::store::connection::metrics::{Errors, PoolUse};

/// How things are right now. Counts are since the process began.
#[derive(Debug, Clone)]
pub struct Metrics {
    /// The pools of connections.
    pub pools: Vec<PoolUse>,
    /// How often the database failed.
    pub errors: Errors,
    /// Answers that were there when they were asked for.
    pub hits: u64,
    /// Answers that had to be made.
    pub misses: u64,
    /// Answers that are kept.
    pub answers: usize,
    /// The memory that they take, in bytes.
    pub bytes: u64,
    /// The most memory that they may take, in bytes.
    pub most_bytes: u64,
    /// How often the database was asked about a key.
    pub key_look_ups: u64,
    /// Catalogs that were called for.
    pub scopes: usize,
    /// Writes that were made durable.
    pub writes: u64,
    /// How long ago the database last told what is current; none where nobody needed it yet.
    pub since_look: Option<Duration>,
    /// Whether the database counts as away, and answers come from memory alone.
    pub is_away: bool,
}

impl App {
    /// How things are right now.
    pub fn metrics(&self) -> Metrics {
        let counts = &self.views.counts;
        let (answers, bytes, most_bytes) = self.views.kept_answers();
        Metrics {
            pools: self.database.pools(),
            errors: Errors::now(),
            hits: counts.hits(),
            misses: counts.misses(),
            answers,
            bytes,
            most_bytes,
            key_look_ups: self.known_keys.look_ups(),
            scopes: self.views.scopes(),
            writes: counts.writes(),
            since_look: counts.last_look().age(),
            is_away: self.views.is_away(),
        }
    }
}
