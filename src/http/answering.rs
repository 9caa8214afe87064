//! The interface between the server and the application.

use std::error::Error;
use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;

use bytes::Bytes;
use hyper::body::{Body, Incoming};
use hyper::http::uri::Scheme;
use hyper::{Request, Response};

/// An application that answers requests.
pub trait Answering: Send + Sync + 'static {
    /// Its state for a connection, kept from one request to the next.
    type Memory: Default + Send + Sync + 'static;
    /// The body of a response.
    type Body: Body<Data = Bytes, Error: Into<Box<dyn Error + Send + Sync>>> + Send + 'static;
    /// The future of a response; it may be ready at once.
    type Response: Future<Output = Response<Self::Body>> + Send + 'static;

    /// Answers one request.
    fn answer(
        self: &Arc<Self>,
        request: Request<Incoming>,
        connection: &Arc<Connection<Self::Memory>>,
    ) -> Self::Response;
}

/// A connection of a client.
#[derive(Debug)]
pub struct Connection<M> {
    /// The address of this server.
    pub local: SocketAddr,
    /// The address of the peer, which can be a proxy.
    pub remote: SocketAddr,
    /// `https` over TLS, else `http`.
    pub scheme: Scheme,
    /// The application's state for the connection.
    pub memory: M,
}
