//! What the operator is told of a failure.

use std::io::ErrorKind;

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
        is_passing: !is_about_encryption(error) && error::is_passing(error),
    }
}

/// Whether encryption did not come about: a certificate does not become another one by waiting.
fn is_about_encryption(error: &Error) -> bool {
    match error {
        Error::Tls(_) => true,
        Error::Io(cause) => cause.kind() == ErrorKind::InvalidData,
        _ => false,
    }
}
