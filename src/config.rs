//! The command line: every setting is a flag and an environment variable.

use std::net::SocketAddr;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::domain::permission::{Permissions, Resource};
use crate::domain::scope::{DEFAULT_ORGANIZATION, Mode};
use crate::domain::text::Name;
use crate::guards::GuardSettings;

/// The catalog of pricing plans that a company runs itself, behind one REST API.
#[derive(Debug, Parser)]
#[command(name = "pricebook", version, about)]
pub struct Cli {
    /// What to do; `serve` where nothing is said.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// The settings.
    #[command(flatten)]
    pub settings: Settings,
}

/// Settings of every command.
#[derive(Debug, Args)]
pub struct Settings {
    /// Where the catalog is: sqlite: and the path of a file, made when absent, or a postgres:// address
    // A text here, so that a wrong address is never printed with its password.
    #[arg(
        long,
        env = "DATABASE_URL",
        default_value = "sqlite:pricebook.db",
        hide_env_values = true,
        global = true
    )]
    pub database_url: String,
    /// Address and port to listen on; port 0 takes a free one
    #[arg(long, env = "LISTEN", default_value = "127.0.0.1:8080", global = true)]
    pub listen: SocketAddr,
    /// The address that the outside reaches this server at, for links in answers, such as
    /// https://pricebook.example.com [default: the host of each request]
    #[arg(long, env = "PUBLIC_URL", value_parser = public_url, global = true)]
    pub public_url: Option<String>,
    /// What guards the server against its clients.
    #[command(flatten)]
    pub guards: GuardSettings,
    /// Most memory for answers that are kept ready to be sent, in MiB
    #[arg(
        long,
        env = "CACHE_MIB",
        default_value_t = 64,
        value_parser = clap::value_parser!(u64).range(1..=1_048_576),
        global = true
    )]
    pub cache_mib: u64,
    /// How the log is written
    #[arg(long, env = "LOG_FORMAT", default_value = "text", global = true)]
    pub log_format: LogFormat,
    /// What is logged: a level (error, warn, info, debug, trace), or levels by module as tracing's
    /// EnvFilter reads them [default: info for serve, warn for all else]
    #[arg(long = "log", env = "RUST_LOG", global = true)]
    pub log_filter: Option<String>,
}

/// How the log is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// One line of text an event, for people.
    Text,
    /// One JSON object an event, for machines.
    Json,
}

/// What the program can do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Bring the schema up to date and serve the API (the default)
    Serve,
    /// Bring the schema of the database up to date, and end
    Migrate,
    /// Write the OpenAPI document to standard output; needs no database
    Openapi,
    /// Fill an empty sandbox with the catalog of an imaginary software company, and print it
    Demo {
        /// The organization whose sandbox is filled, made if it is new
        #[arg(long, default_value = DEFAULT_ORGANIZATION, value_parser = name)]
        organization: Name,
    },
    /// Make, list and revoke API keys
    #[command(subcommand)]
    Keys(KeysCommand),
}

/// What can be done with API keys.
#[derive(Debug, Subcommand)]
pub enum KeysCommand {
    /// Make a key and print its secret, and nothing else, to standard output
    Create(CreateKey),
    /// List the keys of all organizations, without their secrets
    List,
    /// Revoke a key: it stops working at once, on other servers within 5 seconds
    Revoke {
        /// The id of the key, which starts with key_
        id: String,
    },
}

/// A key to make.
#[derive(Debug, Args)]
pub struct CreateKey {
    /// The organization that the key is for, made if it is new
    #[arg(long, default_value = DEFAULT_ORGANIZATION, value_parser = name)]
    pub organization: Name,
    /// Which of the organization's two catalogs the key opens
    #[arg(long, default_value = "sandbox", value_parser = mode)]
    pub mode: Mode,
    /// A name to recognize the key by
    #[arg(long, default_value = "command line", value_parser = name)]
    pub name: Name,
    /// Days until the key stops working [default: never]
    #[arg(long, value_parser = clap::value_parser!(i64).range(1..=36_500))]
    pub expires_in_days: Option<i64>,
    /// Make a restricted key that may do only this, such as plan:read,feature:read,feature:write
    /// [resources: plan, feature, plan_group, api_key; default: everything]
    #[arg(long, value_parser = permissions)]
    pub permissions: Option<Permissions>,
}

fn name(text: &str) -> Result<Name, String> {
    Name::parse(text).ok_or_else(|| format!("must have 1 to {} characters", Name::MAX_LENGTH))
}

fn mode(text: &str) -> Result<Mode, String> {
    Mode::from_word(text).ok_or_else(|| "must be sandbox or live".to_owned())
}

fn permissions(text: &str) -> Result<Permissions, String> {
    Permissions::parse(text).ok_or_else(|| {
        let resources: Vec<_> = Resource::ALL.iter().map(|word| word.as_str()).collect();
        format!(
            "must be a list of RESOURCE:read and RESOURCE:write behind commas, where whoever may \
             write may read too; RESOURCE is one of {}",
            resources.join(", ")
        )
    })
}

fn public_url(text: &str) -> Result<String, String> {
    let has_scheme = text.starts_with("http://") || text.starts_with("https://");
    if !has_scheme {
        return Err("must start with http:// or https://".to_owned());
    }
    Ok(text.trim_end_matches('/').to_owned())
}
