//! Settings of the API.

use std::time::Duration;

use crate::api::kit::origin::Origin;
use crate::domain::rate::Rate;
use crate::http::settings::HttpSettings;

/// Default of the maximum time for a body to arrive.
pub const BODY_TIMEOUT: Duration = Duration::from_secs(30);

/// Settings of the server that clients notice.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The public address of the server, if requests come in through another one.
    pub public_url: Option<String>,
    /// Limits and timeouts of connections.
    pub http: HttpSettings,
    /// Maximum time for the body of a request to arrive.
    pub body_timeout: Duration,
    /// Rate limit per key; `None` for no limit.
    pub rate_limit: Option<Rate>,
    /// Rate limit on wrong keys per client; `None` for no limit.
    pub wrong_key_limit: Option<Rate>,
    /// Whether to take the address of the client from `X-Forwarded-For`, whose last entry a proxy
    /// wrote.
    pub trust_forwarded_for: bool,
    /// Origins whose pages may call the API (CORS).
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
