//! The command line: every setting is a flag and an environment variable.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::domain::permission::{Permissions, Resource};
use crate::domain::scope::{DEFAULT_ORGANIZATION, Mode};
use crate::domain::text::Name;
use crate::guards::GuardSettings;
use crate::output;
use crate::redact::redact;

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

impl Cli {
    /// Reads the command line and the environment. What cannot be read ends the program, with words
    /// that never have a password of an address in them.
    pub fn read() -> Self {
        Self::try_parse().unwrap_or_else(|error| {
            let told = error.to_string();
            let arguments = std::env::args_os().skip(1);
            let settings = std::env::vars_os().map(|(_, value)| value);
            let given = arguments.chain(settings);
            let hidden = redact(&told, given.map(|text| text.to_string_lossy().into_owned()));
            if hidden == told {
                error.exit();
            }
            output::tell(hidden.trim_end());
            std::process::exit(error.exit_code());
        })
    }
}

/// Settings of every command.
#[derive(Debug, Args)]
pub struct Settings {
    /// Where the catalog is: sqlite: and the path of a file, which serve, demo and keys create make
    /// when it is absent, or a postgres:// address
    // A text here, so that a wrong address is never printed with its password.
    #[arg(
        long,
        env = "DATABASE_URL",
        default_value = "sqlite:pricebook.db",
        hide_env_values = true,
        global = true
    )]
    pub database_url: String,
    /// A file with the address in it, instead of DATABASE_URL [default: none]
    #[arg(
        long,
        env = "DATABASE_URL_FILE",
        value_name = "FILE",
        conflicts_with = "database_url",
        global = true
    )]
    pub database_url_file: Option<PathBuf>,
    /// The first key of a new catalog: ck_sandbox_ or ck_live_ and 64 hexadecimal digits [default: a
    /// random one, which is printed to a terminal, or else written to a file beside the database]
    // A text, so that a wrong one is never printed.
    #[arg(
        long,
        env = "PRICEBOOK_BOOTSTRAP_KEY",
        hide_env_values = true,
        value_name = "KEY",
        global = true
    )]
    pub bootstrap_key: Option<String>,
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
    /// Where Prometheus reads /metrics: off, main for the port of the API, where anybody reads it, or
    /// an address and a port of its own, such as 127.0.0.1:9090
    #[arg(long, env = "METRICS", default_value = "off", value_parser = metrics_at, global = true)]
    pub metrics: MetricsAt,
    /// The base address of a collector that takes traces as OTLP over HTTP, such as
    /// http://127.0.0.1:4318 [default: no traces]
    // A text, so that a wrong address is never printed with a password.
    #[arg(
        long,
        env = "OTEL_EXPORTER_OTLP_ENDPOINT",
        hide_env_values = true,
        value_name = "URL",
        global = true
    )]
    pub otlp_endpoint: Option<String>,
    /// What this server is called in traces
    #[arg(
        long,
        env = "OTEL_SERVICE_NAME",
        default_value = "pricebook",
        global = true
    )]
    pub service_name: String,
    /// How the log is written
    #[arg(long, env = "LOG_FORMAT", default_value = "text", global = true)]
    pub log_format: LogFormat,
    /// What is logged: a level (error, warn, info, debug, trace), or levels by module as tracing's
    /// EnvFilter reads them [default: info for serve, warn for all else]
    #[arg(long = "log", env = "RUST_LOG", global = true)]
    pub log_filter: Option<String>,
}

/// Where metrics are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MetricsAt {
    /// Nowhere.
    Off,
    /// Beside the API.
    Main,
    /// At an address of their own.
    Own(SocketAddr),
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
    /// Write a copy of a SQLite catalog to a new file, while servers use it
    Backup {
        /// The file, which must not be there yet
        file: PathBuf,
    },
    /// Copy a whole catalog to an empty database, and compare what is there then
    Copy(CopyCatalog),
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

/// A catalog to copy.
#[derive(Debug, Args)]
pub struct CopyCatalog {
    /// Where the catalog is; nothing may write it meanwhile [default: DATABASE_URL]
    // Texts, as DATABASE_URL is one.
    #[arg(long, env = "COPY_FROM", hide_env_values = true, value_name = "URL")]
    pub from: Option<String>,
    /// The empty database that it goes to; a SQLite file is made
    #[arg(long, env = "COPY_TO", hide_env_values = true, value_name = "URL")]
    pub to: String,
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
    /// [resources: plan, feature, plan_group, api_key, history, catalog; default: everything]
    #[arg(long, value_parser = permissions)]
    pub permissions: Option<Permissions>,
    /// Make a publishable key, which may stand in a page: it reads public plans and currencies,
    /// and does nothing else
    #[arg(long, conflicts_with = "permissions")]
    pub publishable: bool,
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

fn metrics_at(text: &str) -> Result<MetricsAt, String> {
    match text {
        "off" => Ok(MetricsAt::Off),
        "main" => Ok(MetricsAt::Main),
        address => match address.parse() {
            Ok(address) => Ok(MetricsAt::Own(address)),
            Err(_) => Err("must be off, main, or an address and a port".to_owned()),
        },
    }
}

fn public_url(text: &str) -> Result<String, String> {
    let has_scheme = text.starts_with("http://") || text.starts_with("https://");
    if !has_scheme {
        return Err("must start with http:// or https://".to_owned());
    }
    Ok(text.trim_end_matches('/').to_owned())
}
