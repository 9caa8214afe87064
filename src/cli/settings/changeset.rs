//! Settings of commands that make changesets and apply them.

use std::path::PathBuf;

use clap::Args;

use super::client::ClientSettings;

/// What of a source a changeset includes.
#[derive(Debug, Args)]
pub struct PartSettings {
    /// Delete objects that the source does not have, in the sections that it has
    #[arg(long)]
    pub prune: bool,
    /// Include only this section or object of the source, such as plans or plans/pro; can be given
    /// several times [default: everything]
    #[arg(long, value_name = "PART")]
    pub include: Vec<String>,
}

/// How a changeset is applied.
#[derive(Debug, Args)]
pub struct ApplyOptions {
    /// Apply it without asking
    #[arg(long)]
    pub yes: bool,
    /// Apply it although this rule finds errors in it, such as price-scale; can be given several
    /// times
    #[arg(long, value_name = "RULE")]
    pub acknowledge: Vec<String>,
    /// Delete objects and prices of the live catalog, too
    #[arg(long, value_name = "live", value_parser = ["live"])]
    pub confirm: Option<String>,
    /// Why the change is made, for the history
    #[arg(long, value_name = "TEXT", value_parser = clap::builder::NonEmptyStringValueParser::new())]
    pub note: Option<String>,
}

/// Settings of `plan`.
#[derive(Debug, Args)]
pub struct PlanSettings {
    /// The document of the catalog; - is standard input
    #[arg(default_value = "pricebook.yaml")]
    pub file: PathBuf,
    /// What of the document counts.
    #[command(flatten)]
    pub part: PartSettings,
    /// Print the changeset as JSON
    #[arg(long)]
    pub json: bool,
    /// The server.
    #[command(flatten)]
    pub client: ClientSettings,
}

/// Settings of `apply`.
#[derive(Debug, Args)]
pub struct ApplySettings {
    /// The document of the catalog; - is standard input
    #[arg(default_value = "pricebook.yaml")]
    pub file: PathBuf,
    /// Apply this changeset, which was made before, instead of a document
    #[arg(long, value_name = "ID", conflicts_with_all = ["file", "prune", "include"])]
    pub changeset: Option<String>,
    /// What of the document counts.
    #[command(flatten)]
    pub part: PartSettings,
    /// How it is applied.
    #[command(flatten)]
    pub options: ApplyOptions,
    /// Print the answer of the server as JSON
    #[arg(long)]
    pub json: bool,
    /// The server.
    #[command(flatten)]
    pub client: ClientSettings,
}

/// Settings of `promote`.
#[derive(Debug, Args)]
pub struct PromoteSettings {
    /// The catalog of the organization that is copied
    #[arg(long, value_parser = ["sandbox", "live"])]
    pub from: String,
    /// The catalog that becomes like it; the key must be of this mode
    #[arg(long, value_parser = ["sandbox", "live"])]
    pub to: String,
    /// An earlier revision of the catalog that is copied [default: the newest]
    #[arg(long)]
    pub revision: Option<u64>,
    /// The API key that reads the catalog that is copied; needed for live
    #[arg(
        long,
        env = "PRICEBOOK_SOURCE_API_KEY",
        hide_env_values = true,
        value_name = "KEY"
    )]
    pub source_key: Option<String>,
    /// Show what would be done, and do nothing
    #[arg(long)]
    pub plan: bool,
    /// What of the catalog counts.
    #[command(flatten)]
    pub part: PartSettings,
    /// How it is applied.
    #[command(flatten)]
    pub options: ApplyOptions,
    /// Print the answer of the server as JSON
    #[arg(long)]
    pub json: bool,
    /// The server, and the key of the catalog that is changed.
    #[command(flatten)]
    pub client: ClientSettings,
}
