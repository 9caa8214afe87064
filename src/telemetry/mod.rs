//! The log.

use std::fs::File;
use std::io::{IsTerminal, stderr};
use std::os::fd::AsFd;

use tracing_subscriber::fmt;

mod log_filter;

use crate::cli::settings::LogFormat;
use crate::domain::redaction::redacted;
use crate::observe::log::{self, Log};

/// Starts the log, on standard error: standard output is for what a command prints. What waits to be
/// written is written when the answer is dropped.
///
/// # Errors
/// A sentence for the operator, when the filter cannot be read.
pub fn start(format: LogFormat, filter: &str) -> Result<Log, String> {
    let filter = log_filter::parse(filter)?;
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
    crate::api::gate::panic::log_panics();
    started.map_err(|why| unstarted(why.to_string()))?;
    Ok(log)
}
