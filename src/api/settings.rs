//! What the operator can choose about the wire.

use std::sync::Arc;
use std::time::Duration;

use super::guard::cors::Origin;
use super::tls::Tls;
use crate::domain::rate::Rate;

/// Settings of the server towards its clients.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where the outside reaches this server, if that is not where the request came in.
    pub public_url: Option<String>,
    /// Most connections at a time. One has at most one request in flight, so this bounds these too.
    pub max_connections: usize,
    /// How often each key may call; `None` for as often as it likes.
    pub rate_limit: Option<Rate>,
    /// How many wrong keys a client may send; `None` for as many as it likes.
    pub wrong_key_limit: Option<Rate>,
    /// Whether the last address in `x-forwarded-for` is that of the client: a proxy wrote it.
    pub trust_forwarded_for: bool,
    /// The origins whose pages browsers let call the API.
    pub cors_origins: Vec<Origin>,
    /// The certificate; `None` for plain HTTP.
    pub tls: Option<Arc<Tls>>,
    /// How long clients may dawdle.
    pub patience: Patience,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            public_url: None,
            max_connections: 10_000,
            rate_limit: None,
            wrong_key_limit: Rate::new(300, 60),
            trust_forwarded_for: false,
            cors_origins: Vec::new(),
            tls: None,
            patience: Patience::default(),
        }
    }
}

/// How long clients may dawdle.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// For the head of a request. The clock starts when the connection is ready for one, so this is
    /// also how long an idle connection is kept: longer than proxies keep theirs, most for 60 seconds,
    /// so that none sends a request on one that is just being closed.
    pub head: Duration,
    /// For a body to arrive.
    pub body: Duration,
    /// Without taking any more of an answer.
    pub answer: Duration,
    /// For the start of TLS.
    pub handshake: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            head: Duration::from_secs(75),
            body: Duration::from_secs(30),
            answer: Duration::from_secs(30),
            handshake: Duration::from_secs(10),
        }
    }
}
