//! Retrying transactions that the database rolled back.

use std::time::Duration;

use sea_orm::DbErr;

use super::error::state_of;
use crate::domain::{Error, Result};

/// How often a transaction is tried in all.
const TRIES: u32 = 5;
/// The pause after the first try; it doubles with each one.
const PAUSE: Duration = Duration::from_millis(5);

/// PostgreSQL's `serialization_failure` and `deadlock_detected`.
const ROLLED_BACK: [&str; 2] = ["40001", "40P01"];

/// Whether the database rolled the whole transaction back because of a conflict with another one, so
/// that the very same may succeed now. It did not commit, also where the commit failed so.
fn is_rolled_back(error: &Error) -> bool {
    let Error::Unavailable(failure) = error else {
        return false;
    };
    let state = failure.downcast_ref::<DbErr>().and_then(state_of);
    state.is_some_and(|state| ROLLED_BACK.contains(&state.as_str()))
}

/// Runs a transaction from its beginning to its commit. Retries it if the database rolls it back
/// because of a conflict: five tries at most, with 75 ms of pauses in all.
///
/// # Errors
/// Those of the last try.
pub async fn retry<T, F>(mut transaction: impl FnMut() -> F) -> Result<T>
where
    F: Future<Output = Result<T>>,
{
    let mut pause = PAUSE;
    for _ in 1..TRIES {
        match transaction().await {
            Err(error) if is_rolled_back(&error) => {
                tracing::debug!(%error, "retrying a transaction");
                tokio::time::sleep(pause).await;
                pause *= 2;
            }
            outcome => return outcome,
        }
    }
    transaction().await
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use sea_orm::{RuntimeErr, sqlx};

    use super::*;
    use crate::store::connection::error::tests::Refused;

    fn refused(code: &'static str) -> Error {
        let error = sqlx::Error::Database(Box::new(Refused(code)));
        Error::from(DbErr::Exec(RuntimeErr::SqlxError(error.into())))
    }

    async fn tries(code: &'static str, failures: u32) -> (Result<u32>, u32) {
        let count = AtomicU32::new(0);
        let outcome = retry(|| async {
            let number = count.fetch_add(1, Ordering::Relaxed) + 1;
            if number <= failures {
                return Err(refused(code));
            }
            Ok(number)
        });
        let outcome = outcome.await;
        (outcome, count.into_inner())
    }

    #[tokio::test]
    async fn a_conflict_is_retried() {
        for code in ROLLED_BACK {
            let (outcome, count) = tries(code, 4).await;
            assert_eq!((outcome.unwrap(), count), (5, 5));
            let (outcome, count) = tries(code, u32::MAX).await;
            assert!(matches!(outcome, Err(Error::Unavailable(_))));
            assert_eq!(count, TRIES);
        }
    }

    #[tokio::test]
    async fn other_failures_are_not_retried() {
        for code in ["40003", "55P03", "57P01", "23505"] {
            let (outcome, count) = tries(code, u32::MAX).await;
            assert!(outcome.is_err());
            assert_eq!(count, 1, "{code}");
        }
    }
}
