//! Settings of commands that ask a running server.

use std::path::PathBuf;

use clap::Args;

/// The server that a command asks, and the key for it.
#[derive(Debug, Args)]
pub struct ClientSettings {
    /// The base address of the server
    // A string, so that an invalid address is never printed with a password.
    #[arg(
        long,
        env = "PRICEBOOK_SERVER",
        hide_env_values = true,
        default_value = "http://127.0.0.1:8080",
        value_name = "URL"
    )]
    pub server: String,
    /// The API key that opens the catalog; other users of the machine can see flags, so prefer the
    /// variable
    #[arg(
        long,
        env = "PRICEBOOK_API_KEY",
        hide_env_values = true,
        value_name = "KEY"
    )]
    pub key: Option<String>,
    /// A file that holds the key, instead of it
    #[arg(long, value_name = "FILE")]
    pub key_file: Option<PathBuf>,
}
