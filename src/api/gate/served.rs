//! Serves a poem endpoint through the HTTP server.

use std::future::{Future, Ready, ready};
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use futures_util::future::Either;
use http_body_util::combinators::BoxBody;
use hyper::body::{Body, Incoming};
use poem::web::{LocalAddr, RemoteAddr};
use poem::{Addr, Endpoint, Request, Response};

use super::head::Head;
use super::path;
use super::unread::UnreadBody;
use crate::cache::keys::LastKey;
use crate::http::answering::{Answering, Connection};

/// An endpoint that has some responses ready.
pub trait AtOnce: Send + Sync {
    /// The response to a request, if it is ready. The request is only borrowed, so it can still be
    /// routed when there is none.
    fn at_once(&self, _head: &Head<'_>) -> Option<Response> {
        None
    }
}

/// An endpoint as the HTTP server calls it.
#[derive(Debug)]
pub struct Served<E> {
    endpoint: E,
    body_timeout: Duration,
}

impl<E> Served<E> {
    /// Serves an endpoint. The unread rest of a body is drained for at most `body_timeout`.
    pub fn new(endpoint: E, body_timeout: Duration) -> Arc<Self> {
        Arc::new(Self {
            endpoint,
            body_timeout,
        })
    }
}

type HttpResponse = hyper::Response<BoxBody<Bytes, io::Error>>;

impl<E: Endpoint<Output = Response> + AtOnce + 'static> Answering for Served<E> {
    type Memory = LastKey;
    type Body = BoxBody<Bytes, io::Error>;
    type Response = Either<Ready<HttpResponse>, Pin<Box<dyn Future<Output = HttpResponse> + Send>>>;

    fn answer(
        self: &Arc<Self>,
        mut request: hyper::Request<Incoming>,
        connection: &Arc<Connection<LastKey>>,
    ) -> Self::Response {
        path::normalize(request.uri_mut());
        let head = Head {
            method: request.method(),
            uri: request.uri(),
            version: request.version(),
            headers: request.headers(),
            scheme: &connection.scheme,
            peer: Some(connection.remote.ip()),
            last_key: Some(&connection.memory),
            started: Instant::now(),
        };
        let mut at_once = self.endpoint.at_once(&head);
        if let Some(response) = at_once.take_if(|_| request.body().is_end_stream()) {
            return Either::Left(ready(response.into()));
        }
        let (served, connection) = (self.clone(), connection.clone());
        Either::Right(Box::pin(async move {
            served.call(request, at_once, &connection).await.into()
        }))
    }
}

impl<E: Endpoint<Output = Response>> Served<E> {
    async fn call(
        &self,
        request: hyper::Request<Incoming>,
        at_once: Option<Response>,
        connection: &Connection<LastKey>,
    ) -> Response {
        let has_body = !request.body().is_end_stream();
        let local = LocalAddr(Addr::SocketAddr(connection.local));
        let remote = RemoteAddr(Addr::SocketAddr(connection.remote));
        let mut request = Request::from((request, local, remote, connection.scheme.clone()));
        let unread = has_body.then(|| UnreadBody::of(&mut request));
        let response = match at_once {
            Some(response) => response,
            None => self.endpoint.get_response(request).await,
        };
        // The response does not wait for the rest of the body.
        if let Some(unread) = unread.filter(UnreadBody::is_sending) {
            tokio::spawn(unread.drain(self.body_timeout));
        }
        response
    }
}
