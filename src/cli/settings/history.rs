//! Settings of `log`, `diff` and `revert`.

use clap::Args;

use super::client::ClientSettings;

/// Settings of `log`.
#[derive(Debug, Args)]
pub struct HistorySettings {
    /// Only changes of the object with this id or code [default: all of them]
    pub object: Option<String>,
    /// How many changes, the newest first
    #[arg(
        long,
        default_value_t = 10,
        value_parser = clap::value_parser!(u64).range(1..=100)
    )]
    pub limit: u64,
    /// Print the answer of the server as JSON
    #[arg(long)]
    pub json: bool,
    /// The server.
    #[command(flatten)]
    pub client: ClientSettings,
}

/// Settings of `diff`.
#[derive(Debug, Args)]
pub struct DiffSettings {
    /// The revision to compare with
    pub from: u64,
    /// The revision that is compared [default: the newest]
    pub to: Option<u64>,
    /// Print the answer of the server as JSON
    #[arg(long)]
    pub json: bool,
    /// The server.
    #[command(flatten)]
    pub client: ClientSettings,
}

/// Settings of `revert`.
#[derive(Debug, Args)]
pub struct RevertSettings {
    /// The revision that the change led to
    pub revision: u64,
    /// Take it back even if others built on it
    #[arg(long)]
    pub force: bool,
    /// Take it back without asking
    #[arg(long)]
    pub yes: bool,
    /// Why it is taken back, for the history
    #[arg(long, value_name = "TEXT", value_parser = clap::builder::NonEmptyStringValueParser::new())]
    pub note: Option<String>,
    /// Print the answer of the server as JSON
    #[arg(long)]
    pub json: bool,
    /// The server.
    #[command(flatten)]
    pub client: ClientSettings,
}
