//! Failures of the database as errors of the domain.

use sea_orm::{DbErr, RuntimeErr, sqlx};

use super::metrics;
use super::postgres::trust;
use crate::domain::Error;

impl From<DbErr> for Error {
    fn from(error: DbErr) -> Self {
        let is_unavailable = is_unavailable(&error);
        metrics::note_error(is_unavailable);
        if state_of(&error).is_some_and(|state| invalidates_connections(&state)) {
            trust::note_failure();
        }
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
pub(in crate::store) fn is_locked(error: &DbErr) -> bool {
    state_of(error).is_some_and(|state| state == LOCK_NOT_AVAILABLE)
}

/// Whether the role may not do what was asked.
pub(in crate::store) fn is_forbidden(error: &DbErr) -> bool {
    state_of(error).is_some_and(|state| state == INSUFFICIENT_PRIVILEGE)
}

/// The code of the failure: PostgreSQL's SQLSTATE, or SQLite's number.
pub(in crate::store) fn state_of(error: &DbErr) -> Option<String> {
    let (DbErr::Exec(RuntimeErr::SqlxError(cause))
    | DbErr::Query(RuntimeErr::SqlxError(cause))
    | DbErr::Conn(RuntimeErr::SqlxError(cause))) = error
    else {
        return None;
    };
    Some(cause.as_database_error()?.code()?.into_owned())
}

/// Why the database takes no writes at all, if a failure shows that, in a fixed sentence.
pub fn why_unwritable(error: &Error) -> Option<&'static str> {
    let Error::Unavailable(failure) = error else {
        return None;
    };
    let state = state_of(failure.downcast_ref()?)?;
    match (state.as_str(), sqlite_code(&state)) {
        (READ_ONLY, _) | (_, Some(SQLITE_READONLY)) => Some("the database is read-only"),
        (DISK_FULL, _) | (_, Some(SQLITE_FULL)) => Some("the disk of the database is full"),
        _ => None,
    }
}

/// Whether another process had SQLite's lock for too long.
pub(in crate::store) fn is_busy(error: &DbErr) -> bool {
    sqlite_code_of(error) == Some(SQLITE_BUSY)
}

/// Whether SQLite met what it never writes.
pub(in crate::store) fn is_damage(error: &DbErr) -> bool {
    matches!(sqlite_code_of(error), Some(SQLITE_CORRUPT | SQLITE_NOTADB))
}

fn sqlite_code_of(error: &DbErr) -> Option<u32> {
    sqlite_code(&state_of(error)?)
}

/// PostgreSQL's `lock_not_available`.
const LOCK_NOT_AVAILABLE: &str = "55P03";
/// PostgreSQL's `insufficient_privilege`.
const INSUFFICIENT_PRIVILEGE: &str = "42501";
/// PostgreSQL's `read_only_sql_transaction`.
const READ_ONLY: &str = "25006";
/// PostgreSQL's `disk_full`.
const DISK_FULL: &str = "53100";
/// PostgreSQL's classes 08 (connection), 40 (rolled back), 53 (resources), 57 (intervention) and 58
/// (system).
const PASSING_CLASSES: [&str; 5] = ["08", "40", "53", "57", "58"];
/// A server that is a standby now, and PostgreSQL's timeouts for transactions, which end the
/// connection.
const PASSING_STATES: [&str; 4] = [LOCK_NOT_AVAILABLE, READ_ONLY, "25P03", "25P04"];
/// SQLite's result codes.
const SQLITE_BUSY: u32 = 5;
/// As when a disk that fails is mounted again to be read only.
const SQLITE_READONLY: u32 = 8;
const SQLITE_IOERR: u32 = 10;
const SQLITE_CORRUPT: u32 = 11;
const SQLITE_FULL: u32 = 13;
const SQLITE_CANTOPEN: u32 = 14;
const SQLITE_NOTADB: u32 = 26;

/// SQLite's primary result code, if it is one: a SQLSTATE has five characters.
fn sqlite_code(state: &str) -> Option<u32> {
    let number: u32 = state.parse().ok()?;
    (state.len() < 5).then_some(number & 0xff)
}

/// Whether a failure with this code may be over soon.
fn is_passing_state(state: &str) -> bool {
    if let Some(code) = sqlite_code(state) {
        return matches!(
            code,
            SQLITE_BUSY | SQLITE_READONLY | SQLITE_IOERR | SQLITE_FULL | SQLITE_CANTOPEN
        );
    }
    let mut classes = PASSING_CLASSES.iter();
    PASSING_STATES.contains(&state) || classes.any(|class| state.starts_with(class))
}

/// Whether a failure means that the other connections are to a read-only server, or to one that is
/// shutting down, has crashed or is starting.
fn invalidates_connections(state: &str) -> bool {
    matches!(state, READ_ONLY | "57P01" | "57P02" | "57P03")
}

/// Whether a failure may be over soon.
pub(in crate::store) fn is_passing(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::BeginFailed
        | sqlx::Error::WorkerCrashed => true,
        sqlx::Error::Database(cause) => cause.code().is_some_and(|code| is_passing_state(&code)),
        _ => false,
    }
}

#[cfg(test)]
pub(in crate::store) mod tests {
    use super::*;
    use crate::store::connection::metrics::Errors;

    /// A failure that the database reported, with its code.
    #[derive(Debug)]
    pub struct Refused(pub &'static str);

    impl std::fmt::Display for Refused {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str(self.0)
        }
    }

    impl std::error::Error for Refused {}

    impl sqlx::error::DatabaseError for Refused {
        fn message(&self) -> &str {
            self.0
        }

        fn code(&self) -> Option<std::borrow::Cow<'_, str>> {
            Some(self.0.into())
        }

        fn as_error(&self) -> &(dyn std::error::Error + Send + Sync + 'static) {
            self
        }

        fn as_error_mut(&mut self) -> &mut (dyn std::error::Error + Send + Sync + 'static) {
            self
        }

        fn into_error(self: Box<Self>) -> Box<dyn std::error::Error + Send + Sync + 'static> {
            self
        }

        fn kind(&self) -> sqlx::error::ErrorKind {
            sqlx::error::ErrorKind::Other
        }
    }

    #[test]
    fn what_may_be_over_soon_is_unavailable() {
        for (state, expected) in [
            ("25006", true),
            ("25P03", true),
            ("25P04", true),
            ("40001", true),
            ("40P01", true),
            ("53100", true),
            ("55P03", true),
            ("57P01", true),
            ("57P05", true),
            ("57014", true),
            ("58030", true),
            ("08006", true),
            ("25P02", false),
            ("23505", false),
            ("42501", false),
            ("42P01", false),
            ("5", true),
            ("13", true),
            ("778", true),
            ("19", false),
            ("2067", false),
        ] {
            let error = sqlx::Error::Database(Box::new(Refused(state)));
            let error = Error::from(DbErr::Exec(RuntimeErr::SqlxError(error.into())));
            assert_eq!(matches!(error, Error::Unavailable(_)), expected, "{state}");
        }
    }

    #[test]
    fn failures_that_end_writes_are_known() {
        for (state, expected) in [
            ("25006", true),
            ("53100", true),
            ("13", true),
            ("8", true),
            ("5", false),
        ] {
            let error = sqlx::Error::Database(Box::new(Refused(state)));
            let error = Error::from(DbErr::Exec(RuntimeErr::SqlxError(error.into())));
            assert_eq!(why_unwritable(&error).is_some(), expected, "{state}");
        }
    }

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
