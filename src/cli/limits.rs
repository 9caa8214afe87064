//! Settings of limits, timeouts and TLS, on the command line.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use clap::Args;

use crate::api::kit::origin::Origin;
use crate::api::kit::settings::Settings;
use crate::domain::rate::Rate;
use crate::http::settings::HttpSettings;
use crate::http::tls::{Tls, TlsFiles};

/// The settings.
#[derive(Debug, Args)]
pub struct LimitSettings {
    /// Maximum number of open connections; further ones wait until another is closed
    #[arg(
        long,
        env = "PRICEBOOK_MAX_CONNECTIONS",
        default_value_t = 10_000,
        value_parser = clap::value_parser!(u32).range(1..=1_000_000)
    )]
    pub max_connections: u32,
    /// How many seconds a connection is kept on which no request comes, and how many the head of one
    /// may take; longer than a proxy in front of this server keeps its connections
    #[arg(
        long,
        env = "PRICEBOOK_IDLE_TIMEOUT",
        default_value_t = HttpSettings::default().head_timeout.as_secs(),
        value_parser = clap::value_parser!(u64).range(1..=3600),
        value_name = "SECONDS"
    )]
    pub idle_timeout: u64,
    /// How often each key may call, as TIMES/SECONDS such as 100/60, or off
    #[arg(long, env = "PRICEBOOK_RATE_LIMIT", default_value = "off", value_parser = limit)]
    pub rate_limit: Limit,
    /// How many wrong keys may come from one address, as TIMES/SECONDS, or off
    #[arg(long, env = "PRICEBOOK_WRONG_KEY_LIMIT", default_value = "300/60", value_parser = limit)]
    pub wrong_key_limit: Limit,
    /// Take the last address in X-Forwarded-For for that of the client: only behind a proxy that
    /// writes it
    #[arg(
        long,
        env = "PRICEBOOK_TRUST_FORWARDED_FOR",
        value_parser = clap::builder::BoolishValueParser::new()
    )]
    pub trust_forwarded_for: bool,
    /// Origins whose pages browsers let call the API, such as https://shop.example.com, with commas
    /// between [default: none]
    #[arg(long, env = "PRICEBOOK_CORS_ORIGINS", value_delimiter = ',', value_parser = origin)]
    pub cors_origins: Vec<Origin>,
    /// File with the certificate and those that lead to its authority, as PEM; read anew on SIGHUP
    /// [default: none, plain HTTP]
    #[arg(long, env = "PRICEBOOK_TLS_CERT", requires = "tls_key")]
    pub tls_cert: Option<PathBuf>,
    /// File with the private key of the certificate, as PEM [default: none]
    #[arg(long, env = "PRICEBOOK_TLS_KEY", requires = "tls_cert")]
    pub tls_key: Option<PathBuf>,
}

/// A rate, or none.
#[derive(Debug, Clone, Copy)]
pub struct Limit(Option<Rate>);

fn limit(text: &str) -> Result<Limit, String> {
    if text == "off" {
        return Ok(Limit(None));
    }
    let rate = Rate::parse(text).map(|rate| Limit(Some(rate)));
    rate.ok_or_else(|| {
        format!(
            "must be off, or TIMES/SECONDS with 1 to {} times in 1 to {} seconds",
            Rate::MAX_QUOTA,
            Rate::MAX_SECONDS
        )
    })
}

fn origin(text: &str) -> Result<Origin, String> {
    Origin::parse(text).ok_or_else(|| {
        "must be a scheme and a host in small letters, such as https://shop.example.com".to_owned()
    })
}

impl LimitSettings {
    /// As the server takes them; reads the certificate.
    ///
    /// # Errors
    /// A sentence for the operator.
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
