//! Counts cache hits, cache misses and writes, and keeps the time of the last look.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use super::tick::{AtomicTick, Tick};

/// Counters for the operator.
#[derive(Debug)]
pub struct Counts {
    hits: AtomicU64,
    misses: AtomicU64,
    writes: AtomicU64,
    last_look: AtomicTick,
}

impl Default for Counts {
    fn default() -> Self {
        Self {
            hits: AtomicU64::new(0),
            misses: AtomicU64::new(0),
            writes: AtomicU64::new(0),
            last_look: AtomicTick::new(Tick::NEVER),
        }
    }
}

impl Counts {
    /// Counts a hit if the answer was cached or was being made for another caller; otherwise a
    /// miss.
    pub fn note_answer(&self, is_hit: bool) {
        let counter = if is_hit { &self.hits } else { &self.misses };
        counter.fetch_add(1, Relaxed);
    }

    /// Counts durable writes.
    pub fn note_writes(&self, count: usize) {
        let count = u64::try_from(count).unwrap_or(u64::MAX);
        self.writes.fetch_add(count, Relaxed);
    }

    /// Notes that a look at the database succeeded.
    pub fn note_look(&self) {
        self.last_look.set(Tick::now());
    }

    pub fn hits(&self) -> u64 {
        self.hits.load(Relaxed)
    }

    pub fn misses(&self) -> u64 {
        self.misses.load(Relaxed)
    }

    pub fn writes(&self) -> u64 {
        self.writes.load(Relaxed)
    }

    pub fn last_look(&self) -> Tick {
        self.last_look.get()
    }
}
