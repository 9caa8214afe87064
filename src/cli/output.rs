//! What a command prints. Standard output and standard error may be closed or full at any time, or
//! nobody may read them: that is told where it can be, and never ends or holds up the program.

use std::io::{self, IsTerminal, Write};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use crate::domain::redaction::redacted;

/// How long a text may take to be written by a server.
const TELL_TIMEOUT: Duration = Duration::from_secs(1);

/// Prints to standard output, whole.
///
/// # Errors
/// A sentence for the operator.
pub fn print(text: &str) -> Result<(), String> {
    let mut output = io::stdout().lock();
    let printed = output
        .write_all(text.as_bytes())
        .and_then(|()| output.flush());
    printed.map_err(|why| format!("standard output cannot be written: {why}"))
}

/// Prints to standard output as [`print`] does, but gives up where nobody reads it.
///
/// # Errors
/// A sentence for the operator.
pub fn print_in_time(text: String) -> Result<(), String> {
    in_time(move || print(&text)).unwrap_or_else(|| Err("standard output is not read".to_owned()))
}

/// Whether standard output is a terminal, at which somebody may sit.
pub fn is_terminal() -> bool {
    io::stdout().is_terminal()
}

/// Tells the operator something on standard error, as far as that can be written; never a key.
pub fn tell(text: &str) {
    let line = format!("{}\n", redacted(text));
    in_time(move || {
        let _ = io::stderr().lock().write_all(line.as_bytes());
    });
}

/// What comes of something that may never end, if it ends soon.
fn in_time<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    let (done, wait) = mpsc::channel();
    let working = thread::Builder::new().spawn(move || {
        let _ = done.send(work());
    });
    working.ok()?;
    wait.recv_timeout(TELL_TIMEOUT).ok()
}
