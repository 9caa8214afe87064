//! The command line: every setting is a flag and an environment variable.

use std::ffi::OsString;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use clap::{Args, CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum};

use super::database::DatabaseSettings;
use super::environment;
use super::limits::LimitSettings;
use super::output;
use super::redact::redact;
use crate::domain::permission::{Permissions, Resource};
use crate::domain::scope::{DEFAULT_ORGANIZATION, Mode};
use crate::domain::text::Name;

/// The catalog of pricing plans that a company runs itself, behind one REST API.
///
/// Without a command it serves. Every command shows its own settings, such as `pricebook serve --help`.
#[derive(Debug, Parser)]
#[command(
    name = "pricebook",
    version,
    about,
    override_usage = "pricebook [OPTIONS] [COMMAND]"
)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// The log.
    #[command(flatten)]
    pub log: LogSettings,
}

/// What was read, and what is to be said of it once there is a log.
#[derive(Debug)]
pub struct Read {
    /// The command and its settings.
    pub cli: Cli,
    /// Sentences that warn the operator.
    pub warnings: Vec<String>,
}

impl Cli {
    /// Reads the command line and the environment. What cannot be read ends the program, with words
    /// that never have a password of an address in them.
    pub fn read() -> Read {
        Self::try_read().unwrap_or_else(|error| {
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

    fn try_read() -> Result<Read, clap::Error> {
        let plain = Self::command();
        let arguments = with_command_first(&plain, std::env::args_os().collect());
        let mut warnings = environment::unknown(&plain);
        let mut command = environment::choose_variables(plain);
        let matches = command.try_get_matches_from_mut(arguments)?;
        warnings.extend(environment::former_in_use(&command, &matches));
        let cli = Self::from_arg_matches(&matches).map_err(|error| error.format(&mut command))?;
        Ok(Read { cli, warnings })
    }
}

/// The command line with its command before all flags: those that stand before it go to the end, and
/// where there is no command it is `serve`.
fn with_command_first(command: &clap::Command, mut arguments: Vec<OsString>) -> Vec<OsString> {
    let is_for_all = |argument: &OsString| {
        ["-h", "--help", "-V", "--version"]
            .iter()
            .any(|flag| argument == flag)
    };
    let mut end = 1;
    while let Some(argument) = arguments.get(end).and_then(|argument| argument.to_str()) {
        if !argument.starts_with('-') || argument == "--" {
            break;
        }
        end += if takes_value(command, argument) { 2 } else { 1 };
    }
    let end = end.min(arguments.len());
    let has_command = end < arguments.len();
    if !has_command && arguments.iter().take(2).skip(1).any(is_for_all) {
        return arguments;
    }
    if !has_command {
        arguments.insert(1.min(arguments.len()), "serve".into());
        return arguments;
    }
    let flags: Vec<_> = arguments.drain(1..end).collect();
    arguments.extend(flags);
    arguments
}

/// Whether the argument after this flag is its value, whatever command the flag belongs to.
fn takes_value(command: &clap::Command, flag: &str) -> bool {
    let Some(name) = flag.strip_prefix("--") else {
        return false;
    };
    let mut own = command.get_arguments();
    own.any(|argument| argument.get_long() == Some(name) && argument.get_action().takes_values())
        || command
            .get_subcommands()
            .any(|command| takes_value(command, flag))
}

/// Settings of the log.
#[derive(Debug, Args)]
pub struct LogSettings {
    /// How the log is written
    #[arg(
        long,
        env = "PRICEBOOK_LOG_FORMAT",
        default_value = "text",
        global = true
    )]
    pub log_format: LogFormat,
    /// What is logged: a level (error, warn, info, debug, trace), or levels by module as tracing's
    /// EnvFilter reads them [default: info for serve, warn for all else]
    #[arg(long = "log", env = "RUST_LOG", global = true)]
    pub log_filter: Option<String>,
}

/// Settings of `serve`.
#[derive(Debug, Args)]
pub struct ServeSettings {
    /// Where the server listens.
    #[command(flatten)]
    pub place: Place,
    /// The address that the outside reaches this server at, for links in answers, such as
    /// https://pricebook.example.com [default: the host of each request]
    #[arg(long, env = "PRICEBOOK_PUBLIC_URL", value_parser = public_url)]
    pub public_url: Option<String>,
    /// The database.
    #[command(flatten)]
    pub database: DatabaseSettings,
    /// The first key of a new catalog: ck_sandbox_ or ck_live_ and 64 hexadecimal digits [default: a
    /// random one, which is printed to a terminal, or else written to a file beside the database]
    // A text, so that a wrong one is never printed.
    #[arg(
        long,
        env = "PRICEBOOK_BOOTSTRAP_KEY",
        hide_env_values = true,
        value_name = "KEY"
    )]
    pub bootstrap_key: Option<String>,
    /// Limits, timeouts and TLS.
    #[command(flatten)]
    pub limits: LimitSettings,
    /// Most memory for answers that are kept ready to be sent, in MiB
    #[arg(
        long,
        env = "PRICEBOOK_CACHE_MIB",
        default_value_t = DEFAULT_CACHE_MIB,
        value_parser = clap::value_parser!(u64).range(1..=1_048_576)
    )]
    pub cache_mib: u64,
    /// Where Prometheus reads /metrics: off, main for the port of the API, where anybody reads it, or
    /// an address and a port of its own, such as 127.0.0.1:9090
    #[arg(long, env = "PRICEBOOK_METRICS", default_value = "off", value_parser = metrics_at)]
    pub metrics: MetricsAt,
    /// The base address of a collector that takes traces as OTLP over HTTP, such as
    /// http://127.0.0.1:4318 [default: no traces]
    // A text, so that a wrong address is never printed with a password.
    #[arg(
        long,
        env = "OTEL_EXPORTER_OTLP_ENDPOINT",
        hide_env_values = true,
        value_name = "URL"
    )]
    pub otlp_endpoint: Option<String>,
    /// What this server is called in traces
    #[arg(long, env = "OTEL_SERVICE_NAME", default_value = "pricebook")]
    pub service_name: String,
}

/// Most memory for ready answers where nothing is said, in MiB.
pub const DEFAULT_CACHE_MIB: u64 = 64;

/// Where a server listens.
#[derive(Debug, Args)]
pub struct Place {
    /// Address and port to listen on; port 0 takes a free one [default: 127.0.0.1:8080, or
    /// 0.0.0.0:PORT where the variable PORT is set]
    #[arg(long, env = "PRICEBOOK_LISTEN", value_name = "ADDRESS")]
    pub listen: Option<SocketAddr>,
}

impl Place {
    /// The address.
    ///
    /// # Errors
    /// A sentence for the operator, where PORT is no port.
    pub fn address(&self) -> Result<SocketAddr, String> {
        if let Some(address) = self.listen {
            return Ok(address);
        }
        let Some(port) = environment::value("PORT") else {
            return Ok((Ipv4Addr::LOCALHOST, 8080).into());
        };
        let port = port.to_str().and_then(|port| port.parse::<u16>().ok());
        let port =
            port.ok_or("PORT must be a number from 0 to 65535, unless PRICEBOOK_LISTEN is set")?;
        Ok((Ipv4Addr::UNSPECIFIED, port).into())
    }
}

/// Settings of `health`.
#[derive(Debug, Args)]
pub struct HealthSettings {
    /// The base address of the server, such as http://127.0.0.1:8080; what its certificate says is
    /// not checked [default: the server with the settings below]
    // A text, so that a wrong address is never printed with a password.
    #[arg(long, value_name = "URL")]
    pub server: Option<String>,
    /// Ask whether it runs (/livez), not whether it can answer reads (/readyz)
    #[arg(long)]
    pub live: bool,
    /// Where the server listens.
    #[command(flatten)]
    pub place: Place,
    /// File with the certificate of the server, which speaks TLS where this is set [default: none]
    #[arg(long, env = "PRICEBOOK_TLS_CERT", value_name = "FILE")]
    pub tls_cert: Option<PathBuf>,
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
    Serve(Box<ServeSettings>),
    /// Bring the schema of the database up to date, and end
    Migrate(DatabaseSettings),
    /// Ask a server how it is: ends with 0 where it is ready, for health checks of containers
    Health(HealthSettings),
    /// Write the OpenAPI document to standard output; needs no database
    Openapi,
    /// Write a copy of a SQLite catalog to a new file, while servers use it
    Backup {
        /// The file, which must not be there yet
        file: PathBuf,
        /// The database.
        #[command(flatten)]
        database: DatabaseSettings,
    },
    /// Copy a whole catalog to an empty database, and compare what is there then
    Copy(CopyCatalog),
    /// Fill an empty sandbox with the catalog of an imaginary software company, and print it
    Demo {
        /// The organization whose sandbox is filled, made if it is new
        #[arg(long, default_value = DEFAULT_ORGANIZATION, value_parser = name)]
        organization: Name,
        /// The database.
        #[command(flatten)]
        database: DatabaseSettings,
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
    #[arg(
        long,
        env = "PRICEBOOK_COPY_FROM",
        hide_env_values = true,
        value_name = "URL"
    )]
    pub from: Option<String>,
    /// The empty database that it goes to; a SQLite file is made
    #[arg(
        long,
        env = "PRICEBOOK_COPY_TO",
        hide_env_values = true,
        value_name = "URL"
    )]
    pub to: String,
    /// How the databases are used, and where the catalog is if `--from` is left out.
    #[command(flatten)]
    pub database: DatabaseSettings,
}

/// What can be done with API keys.
#[derive(Debug, Subcommand)]
pub enum KeysCommand {
    /// Make a key and print its secret, and nothing else, to standard output
    Create(CreateKey),
    /// List the keys of all organizations, without their secrets
    List(DatabaseSettings),
    /// Revoke a key: it stops working at once, on other servers within 5 seconds
    Revoke {
        /// The id of the key, which starts with key_
        id: String,
        /// The database.
        #[command(flatten)]
        database: DatabaseSettings,
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
    /// Make a publishable key, which may be embedded in a web page: it reads public plans and currencies,
    /// and does nothing else
    #[arg(long, conflicts_with = "permissions")]
    pub publishable: bool,
    /// The database.
    #[command(flatten)]
    pub database: DatabaseSettings,
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

#[cfg(test)]
mod tests {
    use std::ffi::OsString;

    use clap::CommandFactory;

    use super::{Cli, with_command_first};

    #[test]
    fn the_command_may_stand_behind_its_flags() {
        for (given, read) in [
            ("", "serve"),
            ("--listen 127.0.0.1:0", "serve --listen 127.0.0.1:0"),
            ("--service-name demo", "serve --service-name demo"),
            ("--log=debug keys list", "keys list --log=debug"),
            (
                "--database-url sqlite:a keys list",
                "keys list --database-url sqlite:a",
            ),
            ("--trust-forwarded-for serve", "serve --trust-forwarded-for"),
            ("--wrong", "serve --wrong"),
            ("--listen", "serve --listen"),
            ("--help", "--help"),
            ("-V", "-V"),
            ("help keys", "help keys"),
            ("keys list --help", "keys list --help"),
        ] {
            let line = |text: &str| -> Vec<OsString> {
                ["pricebook"]
                    .into_iter()
                    .chain(text.split_whitespace())
                    .map(Into::into)
                    .collect()
            };
            let read_as = with_command_first(&Cli::command(), line(given));
            assert_eq!(read_as, line(read), "{given}");
        }
    }

    #[test]
    fn the_commands_are_well_formed() {
        Cli::command().debug_assert();
    }
}
