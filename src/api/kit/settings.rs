//! What the operator can choose about the wire.

use std::time::Duration;

use crate::api::kit::origin::Origin;
use crate::domain::rate::Rate;
use crate::http::settings::HttpSettings;

/// How long the body of a request may take to arrive, where nothing is said.
pub const BODY_TIMEOUT: Duration = Duration::from_secs(30);

/// Settings of the server towards its clients.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where the outside reaches this server, if that is not where the request came in.
    pub public_url: Option<String>,
    /// Limits and timeouts of connections.
    pub http: HttpSettings,
    /// How long the body of a request may take to arrive.
    pub body_timeout: Duration,
    /// How often each key may call; `None` for as often as it likes.
    pub rate_limit: Option<Rate>,
    /// How many wrong keys a client may send; `None` for as many as it likes.
    pub wrong_key_limit: Option<Rate>,
    /// Whether the last address in `x-forwarded-for` is that of the client: a proxy wrote it.
    pub trust_forwarded_for: bool,
    /// The origins whose pages browsers let call the API.
    pub cors_origins: Vec<Origin>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            public_url: None,
            http: HttpSettings::default(),
            body_timeout: BODY_TIMEOUT,
            rate_limit: None,
            wrong_key_limit: Rate::new(300, 60),
            trust_forwarded_for: false,
            cors_origins: Vec::new(),
        }
    }
}
