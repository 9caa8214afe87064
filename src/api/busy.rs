//! The short way out: writes that the database cannot take are refused by their head.
//!
//! Under load that the server cannot carry, whatever is spent on refusals is taken from the calls that
//! can be served.

use poem::http::Method;

use super::auth::only_secret;
use super::error::{Code, Rejection};
use super::head::Head;
use super::routes::ROUTES;
use super::shortcut::Shortcut;
use crate::catalog::app::App;

const TOO_MANY: &str = "Too many changes are waiting for the database.";

/// The refusal of a write by a key that is known, if no more writes can wait. Other calls are answered
/// on their way, and so is a write that it would not help to send again.
pub fn turn_away(app: &App, head: &Head<'_>) -> Option<Shortcut> {
    if matches!(*head.method, Method::GET | Method::HEAD) || app.takes_writes() {
        return None;
    }
    let operation = ROUTES.operation(head.method, head.uri.path())?;
    let key = app.recognize(only_secret(head.headers)?, head.last_key)?;
    let busy = Rejection::Wire(Code::Unavailable, Some(TOO_MANY.to_owned()));
    Some(Shortcut {
        outcome: Err(busy),
        operation,
        key,
    })
}

#[cfg(test)]
mod tests;
