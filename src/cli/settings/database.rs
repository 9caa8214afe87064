//! Settings of the database.

use std::path::PathBuf;
use std::time::Duration;

use clap::builder::PossibleValue;
use clap::{Args, ValueEnum};

use crate::files;
use crate::store::connection::db::{DatabaseUrl, Options};
use crate::store::connection::postgres::address::Encryption;

/// Settings of the database.
#[derive(Debug, Args)]
pub struct DatabaseSettings {
    /// The address of the database: sqlite: and the path of a file, which serve, demo and keys
    /// create create if it does not exist, or a postgres:// address
    // A string, so that an invalid address is never printed with its password.
    #[arg(
        long,
        env = "DATABASE_URL",
        default_value = "sqlite:pricebook.db",
        hide_env_values = true
    )]
    pub database_url: String,
    /// A file that contains the address, instead of DATABASE_URL [default: none]
    #[arg(
        long,
        env = "DATABASE_URL_FILE",
        value_name = "FILE",
        conflicts_with = "database_url"
    )]
    pub database_url_file: Option<PathBuf>,
    /// Maximum number of connections to PostgreSQL
    #[arg(
        long = "database-pool",
        env = "PRICEBOOK_DATABASE_POOL",
        default_value_t = Options::default().pool,
        value_parser = clap::value_parser!(u32).range(i64::from(Options::SMALLEST_POOL)..=1000),
        value_name = "CONNECTIONS"
    )]
    pub pool: u32,
    /// How many seconds serve and migrate wait for PostgreSQL to become available
    #[arg(
        long = "database-wait",
        env = "PRICEBOOK_DATABASE_WAIT",
        default_value_t = 30,
        value_parser = clap::value_parser!(u64).range(0..=86_400),
        value_name = "SECONDS"
    )]
    pub wait: u64,
    /// How many seconds a write on PostgreSQL waits for the write before it
    #[arg(
        long = "database-lock-timeout",
        env = "PRICEBOOK_DATABASE_LOCK_TIMEOUT",
        default_value_t = Options::default().lock_timeout.as_secs(),
        value_parser = clap::value_parser!(u64).range(1..=60),
        value_name = "SECONDS"
    )]
    pub lock_timeout: u64,
    /// How many seconds one statement of a request may take on PostgreSQL
    #[arg(
        long = "database-statement-timeout",
        env = "PRICEBOOK_DATABASE_STATEMENT_TIMEOUT",
        default_value_t = Options::default().statement_timeout.as_secs(),
        value_parser = clap::value_parser!(u64).range(1..=600),
        value_name = "SECONDS"
    )]
    pub statement_timeout: u64,
    /// TLS mode for connections to PostgreSQL; overrides sslmode in the address [default: prefer]
    #[arg(
        long = "database-tls",
        env = "PRICEBOOK_DATABASE_TLS",
        value_name = "MODE"
    )]
    pub tls: Option<Encryption>,
    /// PEM file with the root certificates to verify PostgreSQL's certificate; overrides
    /// sslrootcert in the address [default: the system's root certificates]
    #[arg(
        long = "database-tls-root",
        env = "PRICEBOOK_DATABASE_TLS_ROOT",
        value_name = "FILE"
    )]
    pub tls_root: Option<PathBuf>,
}

/// The values are those of PostgreSQL's sslmode.
impl ValueEnum for Encryption {
    fn value_variants<'a>() -> &'a [Self] {
        &[
            Self::Disable,
            Self::Prefer,
            Self::Require,
            Self::VerifyCa,
            Self::VerifyFull,
        ]
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        let (word, help) = match self {
            Self::Disable => ("disable", "No TLS"),
            Self::Prefer => ("prefer", "TLS if the server supports it"),
            Self::Require => ("require", "TLS, without verifying the certificate"),
            Self::VerifyCa => (
                "verify-ca",
                "TLS, with a certificate from a trusted authority",
            ),
            Self::VerifyFull => (
                "verify-full",
                "The same, and the certificate must match the host name",
            ),
        };
        Some(PossibleValue::new(word).help(help))
    }
}

impl DatabaseSettings {
    /// Options for commands that do not wait for the database.
    pub fn options(&self) -> Options {
        Options {
            pool: self.pool,
            lock_timeout: Duration::from_secs(self.lock_timeout),
            statement_timeout: Duration::from_secs(self.statement_timeout),
            ..Options::default()
        }
    }

    /// Options for commands that wait for the database to become available.
    pub fn waiting_options(&self) -> Options {
        Options {
            wait: Duration::from_secs(self.wait),
            ..self.options()
        }
    }

    /// The address of the database, from `DATABASE_URL` or `DATABASE_URL_FILE`.
    ///
    /// # Errors
    /// A message for the operator, without the address.
    pub fn address(&self) -> Result<DatabaseUrl, String> {
        let Some(file) = &self.database_url_file else {
            return self.parse("DATABASE_URL", &self.database_url);
        };
        let name = format!("DATABASE_URL_FILE {}", file.display());
        let text = std::fs::read_to_string(file);
        let text = text.map_err(|error| format!("{name} cannot be read: {error}"))?;
        files::warn_if_others_may_read(file, "the address of the database");
        self.parse(&format!("the address in {name}"), text.trim())
    }

    /// Parses an address and applies the TLS settings; `name` is its name in error messages.
    ///
    /// # Errors
    /// A message for the operator, without the address.
    pub fn parse(&self, name: &str, text: &str) -> Result<DatabaseUrl, String> {
        let url = DatabaseUrl::parse(text).map_err(|error| format!("{name} {error}"))?;
        Ok(url.with_tls(self.tls, self.tls_root.as_deref()))
    }
}
