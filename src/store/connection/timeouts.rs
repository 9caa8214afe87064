//! Limits that every kind of connection shares.

use std::time::Duration;

/// How long a call waits for a connection before it is refused.
pub(in crate::store) const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(2);
/// How long a PostgreSQL server may take to describe itself on a new connection.
pub(in crate::store) const ANSWER_TIMEOUT: Duration = Duration::from_secs(1);
/// Prepared statements that a connection caches.
pub(in crate::store) const STATEMENT_CACHE: usize = 200;
