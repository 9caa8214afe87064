//! What the operator is told of a failure.

use sea_orm::sqlx::Error;

use super::Trouble;
use crate::store::error;

/// A failure in words, and whether it may be over by itself soon: a server that starts, a network
/// that is away, all connections taken. A password that is refused stays refused.
pub fn of(error: &Error) -> Trouble {
    let why = match error {
        Error::Io(cause) => cause.to_string(),
        Error::Database(cause) => cause.message().to_owned(),
        other => other.to_string(),
    };
    Trouble {
        why,
        is_passing: !matches!(error, Error::Tls(_)) && error::is_passing(error),
    }
}
