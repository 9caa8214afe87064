//! Settings of `serve`.

use std::net::SocketAddr;

use clap::Args;

use super::database::DatabaseSettings;
use super::limits::LimitSettings;
use super::listen::ListenSettings;

/// Settings of `serve`.
#[derive(Debug, Args)]
pub struct ServeSettings {
    /// Where the server listens.
    #[command(flatten)]
    pub listen: ListenSettings,
    /// The public address of the server, for links in responses, such as
    /// https://pricebook.example.com [default: the host of each request]
    #[arg(long, env = "PRICEBOOK_PUBLIC_URL", value_parser = public_url)]
    pub public_url: Option<String>,
    /// The database.
    #[command(flatten)]
    pub database: DatabaseSettings,
    /// The first key of a new catalog: ck_sandbox_ or ck_live_ and 64 hexadecimal digits [default:
    /// a random key, printed to a terminal or else written to a file beside the database]
    // A string, so that an invalid key is never printed.
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
    /// Maximum memory for cached responses, in MiB
    #[arg(
        long,
        env = "PRICEBOOK_CACHE_MIB",
        default_value_t = DEFAULT_CACHE_MIB,
        value_parser = clap::value_parser!(u64).range(1..=1_048_576)
    )]
    pub cache_mib: u64,
    /// How many days of changes the server keeps, at least 30 [default: all of them, for ever]
    #[arg(
        long,
        env = "PRICEBOOK_HISTORY_DAYS",
        value_parser = clap::value_parser!(u32).range(30..=36_500),
        value_name = "DAYS"
    )]
    pub history_days: Option<u32>,
    /// Where Prometheus scrapes /metrics: off, main for the port of the API, where anybody can read
    /// it, or a separate address and port, such as 127.0.0.1:9090
    #[arg(long, env = "PRICEBOOK_METRICS", default_value = "off", value_parser = metrics_at)]
    pub metrics: MetricsAt,
    /// The base address of a collector that takes traces as OTLP over HTTP, such as
    /// http://127.0.0.1:4318 [default: no traces]
    // A string, so that an invalid address is never printed with a password.
    #[arg(
        long,
        env = "OTEL_EXPORTER_OTLP_ENDPOINT",
        hide_env_values = true,
        value_name = "URL"
    )]
    pub otlp_endpoint: Option<String>,
    /// The name of this server in traces
    #[arg(long, env = "OTEL_SERVICE_NAME", default_value = "pricebook")]
    pub service_name: String,
}

/// Default maximum memory for cached responses, in MiB.
pub const DEFAULT_CACHE_MIB: u64 = 64;

/// Where metrics are served.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MetricsAt {
    /// Nowhere.
    Off,
    /// On the port of the API.
    Main,
    /// On a separate address.
    Own(SocketAddr),
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
