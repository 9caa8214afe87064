//! Settings of `health`.

use std::path::PathBuf;

use clap::Args;

use super::listen::ListenSettings;

/// Settings of `health`.
#[derive(Debug, Args)]
pub struct HealthSettings {
    /// The base address of the server, such as http://127.0.0.1:8080; its certificate is not
    /// verified [default: the server with the settings below]
    // A string, so that an invalid address is never printed with a password.
    #[arg(long, value_name = "URL")]
    pub server: Option<String>,
    /// Check whether the server runs (/livez), not whether it can answer reads (/readyz)
    #[arg(long)]
    pub live: bool,
    /// Where the server listens.
    #[command(flatten)]
    pub listen: ListenSettings,
    /// The server's certificate file; if set, the server is contacted over TLS [default: none]
    #[arg(long, env = "PRICEBOOK_TLS_CERT", value_name = "FILE")]
    pub tls_cert: Option<PathBuf>,
}
