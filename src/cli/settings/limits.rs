//! Settings of limits, timeouts and TLS.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use clap::Args;

use crate::api::kit::origin::Origin;
use crate::api::kit::settings::Settings;
use crate::domain::rate::Rate;
use crate::http::settings::HttpSettings;
use crate::http::tls::{Tls, TlsFiles};

/// Settings of limits, timeouts and TLS.
#[derive(Debug, Args)]
pub struct LimitSettings {
    /// Maximum number of open connections; further ones wait until one is closed
    #[arg(
        long,
        env = "PRICEBOOK_MAX_CONNECTIONS",
        default_value_t = 10_000,
        value_parser = clap::value_parser!(u32).range(1..=1_000_000)
    )]
    pub max_connections: u32,
    /// Idle timeout of connections, and how long the head of a request may take, in seconds; should
    /// be longer than the idle timeout of a proxy in front of this server
    #[arg(
        long,
        env = "PRICEBOOK_IDLE_TIMEOUT",
        default_value_t = HttpSettings::default().head_timeout.as_secs(),
        value_parser = clap::value_parser!(u64).range(1..=3600),
        value_name = "SECONDS"
    )]
    pub idle_timeout: u64,
    /// Rate limit of each key, as REQUESTS/SECONDS such as 100/60, or off
    #[arg(long, env = "PRICEBOOK_RATE_LIMIT", default_value = "off", value_parser = limit)]
    pub rate_limit: RateLimit,
    /// Maximum number of invalid keys from one address, as REQUESTS/SECONDS, or off
    #[arg(long, env = "PRICEBOOK_WRONG_KEY_LIMIT", default_value = "300/60", value_parser = limit)]
    pub wrong_key_limit: RateLimit,
    /// Use the last address in X-Forwarded-For as that of the client; only safe behind a proxy that
    /// sets it
    #[arg(
        long,
        env = "PRICEBOOK_TRUST_FORWARDED_FOR",
        value_parser = clap::builder::BoolishValueParser::new()
    )]
    pub trust_forwarded_for: bool,
    /// Origins that browsers allow to call the API, such as https://shop.example.com, separated by
    /// commas [default: none]
    #[arg(long, env = "PRICEBOOK_CORS_ORIGINS", value_delimiter = ',', value_parser = origin)]
    pub cors_origins: Vec<Origin>,
    /// PEM file with the certificate chain; read again on SIGHUP [default: none, plain HTTP]
    #[arg(long, env = "PRICEBOOK_TLS_CERT", requires = "tls_key")]
    pub tls_cert: Option<PathBuf>,
    /// PEM file with the private key of the certificate [default: none]
    #[arg(long, env = "PRICEBOOK_TLS_KEY", requires = "tls_cert")]
    pub tls_key: Option<PathBuf>,
}

/// A rate limit, or none.
#[derive(Debug, Clone, Copy)]
pub struct RateLimit(Option<Rate>);

fn limit(text: &str) -> Result<RateLimit, String> {
    if text == "off" {
        return Ok(RateLimit(None));
    }
    let rate = Rate::parse(text).map(|rate| RateLimit(Some(rate)));
    rate.ok_or_else(|| {
        format!(
            "must be off, or REQUESTS/SECONDS with 1 to {} requests in 1 to {} seconds",
            Rate::MAX_QUOTA,
            Rate::MAX_SECONDS
        )
    })
}

fn origin(text: &str) -> Result<Origin, String> {
    Origin::parse(text).ok_or_else(|| {
        "must be a scheme and a host in lower case, such as https://shop.example.com".to_owned()
    })
}

impl LimitSettings {
    /// Converts the settings for the server; reads the certificate.
    ///
    /// # Errors
    /// A message for the operator.
    pub fn load(&self, public_url: Option<String>) -> Result<Settings, String> {
        Ok(Settings {
            public_url,
            http: HttpSettings {
                max_connections: usize::try_from(self.max_connections).unwrap_or(usize::MAX),
                tls: self.tls()?.map(Arc::new),
                head_timeout: Duration::from_secs(self.idle_timeout),
                ..HttpSettings::default()
            },
            rate_limit: self.rate_limit.0,
            wrong_key_limit: self.wrong_key_limit.0,
            trust_forwarded_for: self.trust_forwarded_for,
            cors_origins: self.cors_origins.clone(),
            ..Settings::default()
        })
    }

    fn tls(&self) -> Result<Option<Tls>, String> {
        let (Some(certificate), Some(key)) = (&self.tls_cert, &self.tls_key) else {
            return Ok(None);
        };
        let files = TlsFiles {
            certificate: certificate.clone(),
            key: key.clone(),
        };
        Tls::load(files).map(Some)
    }
}
