//! Settings of `copy`.

use clap::Args;

use super::database::DatabaseSettings;

/// Settings of `copy`.
#[derive(Debug, Args)]
pub struct CopySettings {
    /// The catalog to copy; nothing may write to it meanwhile [default: DATABASE_URL]
    // Strings, like DATABASE_URL.
    #[arg(
        long,
        env = "PRICEBOOK_COPY_FROM",
        hide_env_values = true,
        value_name = "URL"
    )]
    pub from: Option<String>,
    /// The empty database to copy to; a SQLite file is created
    #[arg(
        long,
        env = "PRICEBOOK_COPY_TO",
        hide_env_values = true,
        value_name = "URL"
    )]
    pub to: String,
    /// How to use the databases, and the catalog if `--from` is omitted.
    #[command(flatten)]
    pub database: DatabaseSettings,
}
