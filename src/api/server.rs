//! Connections: accepting them, bounding how long they may dawdle, and ending well.

use std::convert::Infallible;
use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use hyper::body::Incoming;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use poem::http::uri::Scheme;
use poem::web::{LocalAddr, RemoteAddr};
use poem::{Addr, Endpoint, Request, Response};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use super::edge;
use super::unparsed::Watched;

/// How long a client may take for the head of a request. The clock starts when the connection is
/// ready for one, so this is also how long an idle connection is kept.
const HEADER_TIMEOUT: Duration = Duration::from_secs(30);
/// How long requests in flight may take to end when the server stops.
const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(10);
/// How long to wait after a failure to accept: it means that the process is out of file handles.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Serves connections until `stop` is ready; then finishes what is in flight.
pub async fn serve<E>(listener: TcpListener, endpoint: E, stop: impl Future<Output = ()>)
where
    E: Endpoint<Output = Response> + 'static,
{
    let endpoint = Arc::new(endpoint);
    let graceful = GracefulShutdown::new();
    let mut connections = JoinSet::new();
    tokio::pin!(stop);
    loop {
        let accepted = tokio::select! {
            () = &mut stop => break,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, remote)) => {
                // Those that have ended are forgotten here, so that the set does not grow.
                while connections.try_join_next().is_some() {}
                connections.spawn(connection(
                    stream,
                    remote,
                    endpoint.clone(),
                    graceful.watcher(),
                ));
            }
            Err(error) => {
                tracing::warn!(%error, "cannot accept a connection");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
    drop(listener);
    tokio::select! {
        () = graceful.shutdown() => {}
        () = tokio::time::sleep(SHUTDOWN_TIMEOUT) => {
            connections.abort_all();
            tracing::warn!("some requests did not end in time and were cut off");
        }
    }
}

async fn connection<E>(stream: TcpStream, remote: SocketAddr, endpoint: Arc<E>, watcher: Watcher)
where
    E: Endpoint<Output = Response> + 'static,
{
    // Answers are written whole; waiting for more to send with them only adds delay.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "cannot set TCP_NODELAY");
    }
    let local = stream.local_addr().unwrap_or(remote);
    let service = hyper::service::service_fn(move |request: hyper::Request<Incoming>| {
        let endpoint = endpoint.clone();
        async move {
            let local = LocalAddr(Addr::SocketAddr(local));
            let remote = RemoteAddr(Addr::SocketAddr(remote));
            let request = Request::from((request, local, remote, Scheme::HTTP));
            let response: hyper::Response<_> = endpoint.get_response(request).await.into();
            Ok::<_, Infallible>(response)
        }
    });
    let connection = hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER_TIMEOUT)
        .serve_connection(
            TokioIo::new(Watched::new(stream, edge::unreadable)),
            service,
        );
    if let Err(error) = watcher.watch(connection).await {
        tracing::debug!(%error, %remote, "connection ended");
    }
}
