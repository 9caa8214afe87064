//! The head of a request.

use std::net::IpAddr;
use std::time::Instant;

use poem::http::uri::Scheme;
use poem::http::{HeaderMap, Method, Uri, Version};
use poem::{Addr, Request};

use crate::cache::keys::LastKey;

/// What is known of a request before its body: all that is needed for an answer that is ready.
#[derive(Debug, Clone, Copy)]
pub struct Head<'a> {
    /// How it asks.
    pub method: &'a Method,
    /// What it asks for.
    pub uri: &'a Uri,
    /// Which HTTP it speaks.
    pub version: Version,
    /// Its headers.
    pub headers: &'a HeaderMap,
    /// How it came in.
    pub scheme: &'a Scheme,
    /// Who sent it, which can be a proxy.
    pub peer: Option<IpAddr>,
    /// The key of the request before it on its connection.
    pub last_key: Option<&'a LastKey>,
    /// When it was read.
    pub started: Instant,
}

impl<'a> From<&'a Request> for Head<'a> {
    fn from(request: &'a Request) -> Self {
        let peer = match &request.remote_addr().0 {
            Addr::SocketAddr(address) => Some(address.ip()),
            _ => None,
        };
        Self {
            method: request.method(),
            uri: request.uri(),
            version: request.version(),
            headers: request.headers(),
            scheme: request.scheme(),
            peer,
            last_key: None,
            started: Instant::now(),
        }
    }
}
