//! Printing to standard output and standard error. Either may be closed, full or not read at any
//! time; that is reported if possible, and never aborts or blocks the program.

use std::io::{self, IsTerminal, Write};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use super::environment;
use super::visible::visible_lines;
use crate::domain::redaction::redacted;

/// How long a server waits for a text to be written.
const TELL_TIMEOUT: Duration = Duration::from_secs(1);

/// Prints a text to standard output.
///
/// # Errors
/// A message for the operator.
pub fn print(text: &str) -> Result<(), String> {
    let mut output = io::stdout().lock();
    let printed = output
        .write_all(text.as_bytes())
        .and_then(|()| output.flush());
    printed.map_err(|error| format!("standard output cannot be written: {error}"))
}

/// Prints like [`print()`], but gives up if nobody reads standard output.
///
/// # Errors
/// A message for the operator.
pub fn print_in_time(text: String) -> Result<(), String> {
    in_time(move || print(&text)).unwrap_or_else(|| Err("standard output is not read".to_owned()))
}

/// Whether to print colours: to a terminal, unless the variable `NO_COLOR` is set.
pub fn is_colored() -> bool {
    is_terminal() && environment::value("NO_COLOR").is_none()
}

/// Whether standard output is a terminal.
pub fn is_terminal() -> bool {
    io::stdout().is_terminal()
}

/// Prints a message to standard error, without API keys; ignores failures.
pub fn tell(text: &str) {
    let line = format!("{}\n", visible_lines(&redacted(text)));
    in_time(move || {
        let _ = io::stderr().lock().write_all(line.as_bytes());
    });
}

/// Runs something that may block forever; returns its result if it ends in time.
fn in_time<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    let (done, wait) = mpsc::channel();
    let working = thread::Builder::new().spawn(move || {
        let _ = done.send(work());
    });
    working.ok()?;
    wait.recv_timeout(TELL_TIMEOUT).ok()
}

/// A value as JSON for people.
///
/// # Errors
/// A message for the operator.
pub fn to_json(data: &serde_json::Value) -> Result<String, String> {
    let text = serde_json::to_string_pretty(data);
    let text = text.map_err(|error| format!("the answer cannot be printed: {error}"))?;
    Ok(format!("{text}\n"))
}
