//! Sentences for the operator about failures of PostgreSQL.

use std::io::ErrorKind;

use sea_orm::sqlx::Error;

use super::trouble::Trouble;
use crate::store::connection::error;

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

/// The same on the way to a socket in the file system, which is made when the server starts.
pub fn of_socket(error: &Error) -> Trouble {
    let trouble = of(error);
    match error {
        Error::Io(cause) if cause.kind() == ErrorKind::NotFound => Trouble::passing(trouble.why),
        _ => trouble,
    }
}

/// Whether encryption did not come about: neither a certificate nor a file of authorities becomes
/// another one by waiting.
fn is_about_encryption(error: &Error) -> bool {
    use ErrorKind::{InvalidData, NotFound, PermissionDenied};
    match error {
        Error::Tls(_) => true,
        Error::Io(cause) => matches!(cause.kind(), InvalidData | NotFound | PermissionDenied),
        _ => false,
    }
}
