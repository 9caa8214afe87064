//! Serving HTTP/1.1: accepting connections, TLS, timeouts and limits. It does not know the API.

pub mod answering;
pub mod server;
pub mod settings;
pub mod tls;
