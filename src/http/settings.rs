//! Limits and timeouts of connections.

use std::sync::Arc;
use std::time::Duration;

use super::tls::Tls;

/// Settings of a server.
#[derive(Debug, Clone)]
pub struct HttpSettings {
    /// Maximum number of open connections, and so of requests in flight. Further connections wait
    /// in the backlog of the operating system.
    pub max_connections: usize,
    /// The certificate; `None` for plain HTTP.
    pub tls: Option<Arc<Tls>>,
    /// How long the head of a request may take. The timer starts when the connection is ready for a
    /// request, so this is also the idle timeout. It is longer than that of proxies, mostly 60
    /// seconds, so that a proxy never sends a request on a connection that is being closed.
    pub head_timeout: Duration,
    /// The write timeout: how long a client may read nothing of a response.
    pub write_timeout: Duration,
    /// How long a TLS handshake may take.
    pub handshake_timeout: Duration,
}

impl Default for HttpSettings {
    fn default() -> Self {
        Self {
            max_connections: 10_000,
            tls: None,
            head_timeout: Duration::from_secs(75),
            write_timeout: Duration::from_secs(30),
            handshake_timeout: Duration::from_secs(10),
        }
    }
}
