//! The head of a request.

use std::net::IpAddr;
use std::time::Instant;

use poem::http::uri::Scheme;
use poem::http::{HeaderMap, Method, Uri, Version};
use poem::{Addr, Request};

use crate::cache::keys::LastKey;

/// The head of a request: all that a cached response needs.
#[derive(Debug, Clone, Copy)]
pub struct Head<'a> {
    /// The method.
    pub method: &'a Method,
    /// The target.
    pub uri: &'a Uri,
    /// The version of HTTP.
    pub version: Version,
    /// The headers.
    pub headers: &'a HeaderMap,
    /// The scheme of the connection.
    pub scheme: &'a Scheme,
    /// The address of the peer, which can be a proxy.
    pub peer: Option<IpAddr>,
    /// The key of the previous request on the connection.
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
