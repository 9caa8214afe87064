//! Settings of the log.

use clap::{Args, ValueEnum};

/// Settings of the log.
#[derive(Debug, Args)]
pub struct LogSettings {
    /// The format of the log
    #[arg(
        long,
        env = "PRICEBOOK_LOG_FORMAT",
        default_value = "text",
        global = true
    )]
    pub log_format: LogFormat,
    /// What is logged: a level (error, warn, info, debug, trace), or levels by module in the syntax
    /// of tracing's EnvFilter [default: info for serve, warn for other commands]
    #[arg(long = "log", env = "RUST_LOG", global = true)]
    pub log_filter: Option<String>,
}

/// The format of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// One line of text per event, for people.
    Text,
    /// One JSON object per event, for machines.
    Json,
}
