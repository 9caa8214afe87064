//! Settings of `rates`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::client::ClientSettings;

/// The publishers of exchange rates whose files are read.
#[derive(Debug, Subcommand)]
pub enum RatesCommand {
    /// Take the rates of the European Central Bank: eurofxref-daily.xml
    Ecb(RatesSettings),
    /// Take the rates of Open Exchange Rates: latest.json
    Oxr(RatesSettings),
}

/// Settings of `rates`.
#[derive(Debug, Args)]
pub struct RatesSettings {
    /// The file with the rates; - is standard input
    pub file: PathBuf,
    /// Change only this plan, by its code; can be given several times [default: all that have the
    /// currencies]
    #[arg(long, value_name = "PLAN")]
    pub only: Vec<String>,
    /// Take only the rate of this currency, such as eur; can be given several times [default: all in
    /// the file]
    #[arg(long, value_name = "CURRENCY", value_parser = super::value::currency)]
    pub currency: Vec<crate::domain::money::Currency>,
    /// Print the changeset as JSON
    #[arg(long)]
    pub json: bool,
    /// The server.
    #[command(flatten)]
    pub client: ClientSettings,
}
