//! Settings of commands that read the catalog.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::client::ClientSettings;
use crate::domain::money::Currency;

/// Settings of `pull`.
#[derive(Debug, Args)]
pub struct PullSettings {
    /// The file to write; its comments and its order stay where nothing has changed; - is standard
    /// output
    #[arg(default_value = "pricebook.yaml")]
    pub file: PathBuf,
    /// The time as of which the catalog is written, such as 2026-07-12T18:00:00Z [default: now]
    #[arg(long, value_name = "TIME", conflicts_with = "revision")]
    pub as_of: Option<String>,
    /// The revision at which the catalog is written [default: the newest]
    // A string, since it is sent as it is.
    #[arg(long, value_parser = revision)]
    pub revision: Option<String>,
    /// Overwrite a file that cannot be read as a document
    #[arg(long)]
    pub force: bool,
    /// Write the document as JSON to standard output
    #[arg(long)]
    pub json: bool,
    /// The server.
    #[command(flatten)]
    pub client: ClientSettings,
}

fn revision(text: &str) -> Result<String, String> {
    match text.parse::<u64>() {
        Ok(_) => Ok(text.to_owned()),
        Err(_) => Err("is not a number".to_owned()),
    }
}

/// Settings of `show`.
#[derive(Debug, Args)]
pub struct ShowSettings {
    /// Only this currency beside the US dollar, such as eur; can be given several times [default: all
    /// that a plan has]
    #[arg(long, value_name = "CURRENCY", value_parser = super::value::currency)]
    pub currency: Vec<Currency>,
    /// Print the plans as JSON
    #[arg(long)]
    pub json: bool,
    /// The server.
    #[command(flatten)]
    pub client: ClientSettings,
}

/// Settings of `lint`.
#[derive(Debug, Args)]
pub struct LintSettings {
    /// Only findings that are this bad
    #[arg(long)]
    pub severity: Option<SeverityChoice>,
    /// Print the findings as JSON
    #[arg(long)]
    pub json: bool,
    /// The server.
    #[command(flatten)]
    pub client: ClientSettings,
}

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SeverityChoice {
    /// It is most likely wrong.
    Error,
    /// It may be wrong.
    Warning,
    /// It is worth knowing.
    Info,
}

impl SeverityChoice {
    /// Its name in the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Info => "info",
        }
    }
}
