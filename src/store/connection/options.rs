//! How a database is used.

use std::time::Duration;

/// Connections to PostgreSQL that are left to the tasks that keep the caches current.
const POSTGRES_SPARE: u32 = 2;

/// How a database is used.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// Maximum number of connections to PostgreSQL, at least [`Self::SMALLEST_POOL`].
    pub pool: u32,
    /// How long a write on PostgreSQL waits for the write before it, so that one that is stuck does
    /// not take every connection.
    pub lock_timeout: Duration,
    /// How long one statement of a call may take on PostgreSQL.
    pub statement_timeout: Duration,
    /// How long a PostgreSQL that is not there yet is waited for.
    pub wait: Duration,
}

impl Options {
    /// One connection that reads, one that writes, and those that are left to other work.
    pub const SMALLEST_POOL: u32 = POSTGRES_SPARE + 2;
}

impl Default for Options {
    fn default() -> Self {
        Self {
            pool: 16,
            lock_timeout: Duration::from_secs(3),
            statement_timeout: Duration::from_secs(10),
            wait: Duration::ZERO,
        }
    }
}

/// Maximum number of calls that use the database at a time. They leave connections to the tasks that
/// keep the caches current, so that these never wait for calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Capacity {
    /// Calls that read.
    pub reads: usize,
    /// Calls that write.
    pub writes: usize,
}

impl Capacity {
    /// The capacity of a SQLite file.
    pub(in crate::store) const SQLITE: Self = Self {
        reads: 3,
        writes: 1,
    };

    /// The capacity of a pool of connections to PostgreSQL.
    pub(in crate::store) fn of_pool(connections: u32) -> Self {
        let used =
            usize::try_from(connections.saturating_sub(POSTGRES_SPARE)).unwrap_or(usize::MAX);
        // With 16 connections 6 and 8.
        let reads = (used * 3 / 7).max(1);
        Self {
            reads,
            writes: used.saturating_sub(reads).max(1),
        }
    }
}
