//! Settings of `keys`.

use clap::{Args, Subcommand};

use super::database::DatabaseSettings;
use super::value::name;
use crate::domain::permission::{Permissions, Resource};
use crate::domain::scope::{DEFAULT_ORGANIZATION, Mode};
use crate::domain::text::Name;

/// The subcommands of `keys`.
#[derive(Debug, Subcommand)]
pub enum KeysCommand {
    /// Create a key and print its secret, and nothing else, to standard output
    Create(CreateKeySettings),
    /// List the keys of all organizations, without their secrets
    List(DatabaseSettings),
    /// Revoke a key: it stops working at once, on other servers within a second
    Revoke {
        /// The id of the key, which starts with key_
        id: String,
        /// The database.
        #[command(flatten)]
        database: DatabaseSettings,
    },
}

/// Settings of `keys create`.
#[derive(Debug, Args)]
pub struct CreateKeySettings {
    /// The organization of the key; created if it does not exist
    #[arg(long, default_value = DEFAULT_ORGANIZATION, value_parser = name)]
    pub organization: Name,
    /// Which of the organization's two catalogs the key opens
    #[arg(long, default_value = "sandbox", value_parser = mode)]
    pub mode: Mode,
    /// A name to recognize the key by
    #[arg(long, default_value = "command line", value_parser = name)]
    pub name: Name,
    /// Days until the key expires [default: never]
    #[arg(long, value_parser = clap::value_parser!(i64).range(1..=36_500))]
    pub expires_in_days: Option<i64>,
    /// Create a restricted key with only these permissions, such as
    /// plan:read,feature:read,feature:write [resources: plan, feature, plan_group, api_key,
    /// history, catalog; default: everything]
    #[arg(long, value_parser = permissions)]
    pub permissions: Option<Permissions>,
    /// Create a publishable key, which may be embedded in a web page and can only read public plans
    /// and currencies
    #[arg(long, conflicts_with = "permissions")]
    pub publishable: bool,
    /// The database.
    #[command(flatten)]
    pub database: DatabaseSettings,
}

fn mode(text: &str) -> Result<Mode, String> {
    Mode::from_word(text).ok_or_else(|| "must be sandbox or live".to_owned())
}

fn permissions(text: &str) -> Result<Permissions, String> {
    Permissions::parse(text).ok_or_else(|| {
        let resources: Vec<_> = Resource::ALL.iter().map(|word| word.as_str()).collect();
        format!(
            "must be a comma-separated list of RESOURCE:read and RESOURCE:write, where write requires \
             read; RESOURCE is one of {}",
            resources.join(", ")
        )
    })
}
