//! The log.

use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt;

use crate::config::LogFormat;

/// The pool tells of every connection that it could not open, many times a second; what is the matter
/// with the database is told once, by the probe.
const QUIET: &str = "sqlx_core::pool=off";

/// Starts the log, on standard error: standard output is for what a command prints.
///
/// # Errors
/// A sentence for the operator, when the filter cannot be read.
pub fn start(format: LogFormat, filter: &str) -> Result<(), String> {
    let unreadable = |why: &dyn std::fmt::Display| format!("the log filter cannot be read: {why}");
    let quiet = QUIET.parse().map_err(|why| unreadable(&why))?;
    let filter = EnvFilter::try_new(filter).map_err(|why| unreadable(&why))?;
    let filter = filter.add_directive(quiet);
    let builder = fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_target(false);
    let started = match format {
        LogFormat::Text => builder
            .with_ansi(std::io::IsTerminal::is_terminal(&std::io::stderr()))
            .try_init(),
        LogFormat::Json => builder.json().flatten_event(true).try_init(),
    };
    crate::api::panic::log_panics();
    started.map_err(|why| format!("the log cannot be started: {why}"))
}
