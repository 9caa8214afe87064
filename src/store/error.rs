//! Failures of the database as errors of the domain.

use sea_orm::{DbErr, RuntimeErr, sqlx};

use super::measures;
use crate::domain::Error;

impl From<DbErr> for Error {
    fn from(error: DbErr) -> Self {
        let is_unavailable = is_unavailable(&error);
        measures::note_error(is_unavailable);
        if is_unavailable {
            Self::Unavailable(Box::new(error))
        } else {
            Self::Internal(Box::new(error))
        }
    }
}

/// Whether the database could not be asked, so that the same call may succeed later. What it
/// refused for good is a fault of this program: the domain decides what may be written.
fn is_unavailable(error: &DbErr) -> bool {
    match error {
        DbErr::ConnectionAcquire(_) | DbErr::Conn(_) => true,
        DbErr::Exec(RuntimeErr::SqlxError(cause)) | DbErr::Query(RuntimeErr::SqlxError(cause)) => {
            is_passing(cause)
        }
        _ => false,
    }
}

/// Whether a table or a row was in use for too long.
pub(super) fn is_locked(error: &DbErr) -> bool {
    match error {
        DbErr::Exec(RuntimeErr::SqlxError(cause)) | DbErr::Query(RuntimeErr::SqlxError(cause)) => {
            let cause = cause.as_database_error();
            cause.is_some_and(|cause| cause.code().is_some_and(|code| code == LOCK_NOT_AVAILABLE))
        }
        _ => false,
    }
}

/// Whether another process had SQLite's lock for too long.
pub(super) fn is_busy(error: &DbErr) -> bool {
    sqlite_code(error) == Some(5)
}

/// Whether SQLite met what it never writes: `SQLITE_CORRUPT` or `SQLITE_NOTADB`.
pub(super) fn is_damage(error: &DbErr) -> bool {
    matches!(sqlite_code(error), Some(11 | 26))
}

/// The code of an error of SQLite, without what extends it.
fn sqlite_code(error: &DbErr) -> Option<u32> {
    let (DbErr::Exec(RuntimeErr::SqlxError(cause)) | DbErr::Query(RuntimeErr::SqlxError(cause))) =
        error
    else {
        return None;
    };
    let code: u32 = cause.as_database_error()?.code()?.parse().ok()?;
    Some(code & 0xff)
}

/// PostgreSQL's `lock_not_available`.
const LOCK_NOT_AVAILABLE: &str = "55P03";

/// SQLite's `SQLITE_BUSY` (5, also with extended codes in the higher bits), `SQLITE_READONLY` (8, as
/// when a disk that fails is mounted again to be read only), `SQLITE_IOERR` (10), `SQLITE_FULL` (13)
/// and `SQLITE_CANTOPEN` (14); PostgreSQL's classes 08 (connection), 53 (resources) and 57
/// (intervention), 40 (rolled back) and 55P03 (lock not available).
fn is_passing(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed => true,
        sqlx::Error::Database(cause) => {
            cause.code().is_some_and(|code| match code.parse::<u32>() {
                Ok(number) if code.len() < 5 => matches!(number & 0xff, 5 | 8 | 10 | 13 | 14),
                _ => {
                    ["08", "53", "57", "40"]
                        .iter()
                        .any(|class| code.starts_with(class))
                        || code == LOCK_NOT_AVAILABLE
                }
            })
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::measures::Errors;

    #[test]
    fn every_failure_is_counted_by_its_kind() {
        // Other tests fail in the same process, so the counts are at least these.
        let before = Errors::now();
        let passing = Error::from(DbErr::Conn(RuntimeErr::Internal("away".to_owned())));
        assert!(matches!(passing, Error::Unavailable(_)));
        assert!(Errors::now().unavailable > before.unavailable);
        let lasting = Error::from(DbErr::Custom("refused".to_owned()));
        assert!(matches!(lasting, Error::Internal(_)));
        assert!(Errors::now().internal > before.internal);
    }
}
