//! The log, and the words of the program beside it.

use std::fs::File;
use std::io::{IsTerminal, Write, stderr};
use std::os::fd::AsFd;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt;

use crate::config::LogFormat;
use crate::domain::redaction::redacted;
use crate::observe::log::{self, Log};

/// How long a sentence may take to be written to standard error.
const TELL_TIMEOUT: Duration = Duration::from_secs(1);

/// Starts the log, on standard error: standard output is for what a command prints. What waits to be
/// written is written when the answer is dropped.
///
/// # Errors
/// A sentence for the operator, when the filter cannot be read.
pub fn start(format: LogFormat, filter: &str) -> Result<Log, String> {
    let filter = EnvFilter::try_new(filter)
        .map_err(|why| format!("the log filter cannot be read: {why}"))?;
    let unstarted = |why: String| format!("the log cannot be started: {why}");
    // A handle of its own: whoever writes to standard error otherwise takes a lock, which a blocked
    // pipe would never give back.
    let file = stderr().as_fd().try_clone_to_owned();
    let file = File::from(file.map_err(|why| unstarted(why.to_string()))?);
    let has_colours = file.is_terminal();
    let (lines, log) = log::start(file, redacted);
    let builder = fmt()
        .with_env_filter(filter)
        .with_writer(lines)
        .with_target(false)
        // They would be written to standard error, broken or not.
        .log_internal_errors(false);
    let started = match format {
        LogFormat::Text => builder.with_ansi(has_colours).try_init(),
        LogFormat::Json => builder.json().flatten_event(true).try_init(),
    };
    crate::api::panic::log_panics();
    started.map_err(|why| unstarted(why.to_string()))?;
    Ok(log)
}

/// Writes the last words of the program to standard error, if somebody takes them soon.
pub fn tell(words: &str) {
    let words = format!("{}\n", redacted(words));
    let (written, wait) = mpsc::channel();
    let telling = thread::Builder::new().spawn(move || {
        let _ = stderr().write_all(words.as_bytes());
        let _ = written.send(());
    });
    if telling.is_ok() {
        let _ = wait.recv_timeout(TELL_TIMEOUT);
    }
}
