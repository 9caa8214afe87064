//! Settings of `log`.

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
