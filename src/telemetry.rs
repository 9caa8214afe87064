//! The log.

use tracing_subscriber::fmt;

use crate::config::LogFormat;
use crate::log_filter;

/// Starts the log, on standard error: standard output is for what a command prints.
///
/// # Errors
/// A sentence for the operator, when the filter cannot be read.
pub fn start(format: LogFormat, filter: &str) -> Result<(), String> {
    let filter = log_filter::parse(filter)?;
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
