//! How the database is used, and how often it failed.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use sea_orm::DatabaseConnection;

/// Failures in which the database could not be asked, since the process began.
static UNAVAILABLE: AtomicU64 = AtomicU64::new(0);
/// Failures of all other kinds.
static INTERNAL: AtomicU64 = AtomicU64::new(0);

/// Notes that the database failed.
pub(in crate::store) fn note_error(is_unavailable: bool) {
    let counter = if is_unavailable {
        &UNAVAILABLE
    } else {
        &INTERNAL
    };
    counter.fetch_add(1, Relaxed);
}

/// How often the database failed, for the whole process: errors come from everywhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Errors {
    /// It did not answer.
    pub unavailable: u64,
    /// It refused for good.
    pub internal: u64,
}

impl Errors {
    /// The counts of now.
    pub fn now() -> Self {
        Self {
            unavailable: UNAVAILABLE.load(Relaxed),
            internal: INTERNAL.load(Relaxed),
        }
    }
}

/// The connections of a pool.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PoolUse {
    /// What the pool is for.
    pub name: &'static str,
    /// Maximum number of connections.
    pub max: u32,
    /// Connections that are open.
    pub open: u32,
    /// Connections that are open and unused.
    pub idle: u32,
}

impl PoolUse {
    /// How much of a pool is in use.
    pub(in crate::store) fn of(name: &'static str, connection: &DatabaseConnection) -> Self {
        macro_rules! of {
            ($pool:expr) => {
                Self {
                    name,
                    max: $pool.options().get_max_connections(),
                    open: $pool.size(),
                    idle: u32::try_from($pool.num_idle()).unwrap_or(u32::MAX),
                }
            };
        }
        match connection.get_database_backend() {
            sea_orm::DbBackend::Postgres => of!(connection.get_postgres_connection_pool()),
            _ => of!(connection.get_sqlite_connection_pool()),
        }
    }
}
