//! The log.

use std::fs::File;
use std::io::{IsTerminal, stderr};
use std::os::fd::AsFd;

use tracing_subscriber::fmt;

mod log_filter;

use crate::cli::settings::LogFormat;
use crate::domain::redaction::redacted;
use crate::observe::log::{self, Log};

/// Starts the log on standard error; standard output is for the output of commands. Dropping the
/// result flushes the log.
///
/// # Errors
/// A message for the operator, if the filter is invalid.
pub fn start(format: LogFormat, filter: &str) -> Result<Log, String> {
    let filter = log_filter::parse(filter)?;
    let cannot_start = |error: String| format!("the log cannot be started: {error}");
    // A separate handle: std::io::stderr takes a lock, which a writer to a blocked pipe would never
    // release.
    let file = stderr().as_fd().try_clone_to_owned();
    let file = File::from(file.map_err(|error| cannot_start(error.to_string()))?);
    let has_colours = file.is_terminal();
    let (lines, log) = log::start(file, redacted);
    let builder = fmt()
        .with_env_filter(filter)
        .with_writer(lines)
        .with_target(false)
        // They would bypass the queue and be written to standard error directly.
        .log_internal_errors(false);
    let started = match format {
        LogFormat::Text => builder.with_ansi(has_colours).try_init(),
        LogFormat::Json => builder.json().flatten_event(true).try_init(),
    };
    crate::api::gate::panic::log_panics();
    started.map_err(|error| cannot_start(error.to_string()))?;
    Ok(log)
}
