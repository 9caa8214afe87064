//! The commands.

use std::path::PathBuf;

use clap::Subcommand;

use super::catalog::{LintSettings, PullSettings, ShowSettings};
use super::changeset::{ApplySettings, PlanSettings, PromoteSettings};
use super::copy::CopySettings;
use super::database::DatabaseSettings;
use super::explain::ExplainSettings;
use super::health::HealthSettings;
use super::history::{DiffSettings, HistorySettings, RevertSettings};
use super::keys::KeysCommand;
use super::rates::RatesCommand;
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
    /// Write the catalog of a server to a file, as a document to edit
    Pull(PullSettings),
    /// Show what a document would change, without changing anything: exits with 0 if nothing, 2 if
    /// something, 4 if errors block it
    Plan(PlanSettings),
    /// Make the catalog what a document says: exits with 3 if it has moved meanwhile, 4 if errors
    /// block it
    Apply(ApplySettings),
    /// Make one catalog of the organization like the other: live like the sandbox, for example
    Promote(PromoteSettings),
    /// Show what new exchange rates would change, to be applied with apply --changeset
    #[command(subcommand)]
    Rates(RatesCommand),
    /// Print the prices of a server's catalog as a table
    Show(ShowSettings),
    /// Find what looks wrong in the catalog: exits with 0 if nothing, 2 if something, 4 if errors
    Lint(LintSettings),
    /// Ask a server where the prices of a plan come from
    Explain(ExplainSettings),
    /// Ask a server who changed what, when and why
    Log(HistorySettings),
    /// Compare two revisions of the catalog: exits with 0 if they are the same, otherwise with 2
    Diff(DiffSettings),
    /// Take back a change of the catalog
    Revert(RevertSettings),
    /// Create, list and revoke API keys
    #[command(subcommand)]
    Keys(KeysCommand),
}
