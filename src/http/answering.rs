//! What a server hands requests to.

use std::error::Error;
use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;

use bytes::Bytes;
use hyper::body::{Body, Incoming};
use hyper::http::uri::Scheme;
use hyper::{Request, Response};

/// Answers requests.
pub trait Answering: Send + Sync + 'static {
    /// What it remembers of a connection from one request to the next.
    type Memory: Default + Send + Sync + 'static;
    /// The body of a response.
    type Body: Body<Data = Bytes, Error: Into<Box<dyn Error + Send + Sync>>> + Send + 'static;
    /// The response to come; it may be there already.
    type Response: Future<Output = Response<Self::Body>> + Send + 'static;

    /// Answers one request.
    fn answer(
        self: &Arc<Self>,
        request: Request<Incoming>,
        connection: &Arc<Connection<Self::Memory>>,
    ) -> Self::Response;
}

/// A connection that requests come in on.
#[derive(Debug)]
pub struct Connection<M> {
    /// The address of this server.
    pub local: SocketAddr,
    /// The address of the other end, which can be a proxy.
    pub remote: SocketAddr,
    /// `https` over TLS, else `http`.
    pub scheme: Scheme,
    /// What the endpoint remembers of it.
    pub memory: M,
}
