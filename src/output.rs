//! What a command prints. Standard output and standard error may be closed or full at any time: that
//! is told where it can be, and never ends the program.

use std::io::{self, IsTerminal, Write};

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

/// Whether standard output is a terminal, at which somebody may sit.
pub fn is_terminal() -> bool {
    io::stdout().is_terminal()
}

/// Tells the operator something on standard error, as far as that can be written.
pub fn tell(text: &str) {
    let _ = io::stderr()
        .lock()
        .write_all(format!("{text}\n").as_bytes());
}
