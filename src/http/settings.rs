//! Limits and timeouts of connections.

use std::sync::Arc;
use std::time::Duration;

use super::tls::Tls;

/// Settings of a server.
#[derive(Debug, Clone)]
pub struct HttpSettings {
    /// Maximum number of open connections. Each has at most one request in flight, so this bounds
    /// these too; further connections wait in the backlog of the operating system.
    pub max_connections: usize,
    /// The certificate; `None` for plain HTTP.
    pub tls: Option<Arc<Tls>>,
    /// How long the head of a request may take. The clock starts when the connection is ready for a
    /// request, so this is the idle timeout too: longer than that of proxies, which is 60 seconds for
    /// most, so that a proxy never sends a request on a connection that is just being closed.
    pub head_timeout: Duration,
    /// How long a client may take nothing of a response.
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
