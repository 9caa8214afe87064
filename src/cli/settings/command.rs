//! The commands.

use std::path::PathBuf;

use clap::Subcommand;

use super::copy::CopySettings;
use super::database::DatabaseSettings;
use super::explain::ExplainSettings;
use super::health::HealthSettings;
use super::history::HistorySettings;
use super::keys::KeysCommand;
use super::serve::ServeSettings;
use super::value::name;
use crate::domain::scope::DEFAULT_ORGANIZATION;
use crate::domain::text::Name;

/// A command with its settings.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Bring the schema up to date and serve the API (the default)
    Serve(Box<ServeSettings>),
    /// Bring the schema of the database up to date, then exit
    Migrate(DatabaseSettings),
    /// Check the health of a server: exits with 0 if it is ready, for health checks of containers
    Health(HealthSettings),
    /// Write the OpenAPI document to standard output; needs no database
    Openapi,
    /// Write a copy of a SQLite catalog to a new file, even while servers use it
    Backup {
        /// The file, which must not exist yet
        file: PathBuf,
        /// The database.
        #[command(flatten)]
        database: DatabaseSettings,
    },
    /// Copy a whole catalog to an empty database, and compare the two
    Copy(CopySettings),
    /// Fill an empty sandbox with the catalog of an imaginary software company, and print it
    Demo {
        /// The organization whose sandbox is filled; created if it does not exist
        #[arg(long, default_value = DEFAULT_ORGANIZATION, value_parser = name)]
        organization: Name,
        /// The database.
        #[command(flatten)]
        database: DatabaseSettings,
    },
    /// Ask a server where the prices of a plan come from
    Explain(ExplainSettings),
    /// Ask a server who changed what, when and why
    Log(HistorySettings),
    /// Create, list and revoke API keys
    #[command(subcommand)]
    Keys(KeysCommand),
}
