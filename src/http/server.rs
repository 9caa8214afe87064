//! Accepting connections, serving them, and finishing when the server stops.

use std::convert::Infallible;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use hyper::body::Incoming;
use hyper::http::uri::Scheme;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::JoinSet;
use tokio_io_timeout::TimeoutStream;
use tokio_rustls::server::TlsStream;
use tokio_util::either::Either;

use super::answering::{Answering, Connection};
use super::settings::HttpSettings;

/// Maximum size of the head of a request, in bytes.
const MAX_HEAD_BYTES: usize = 96 * 1024;
/// The idle timeout of connections accepted while fewer than a quarter of the permits are left.
const SCARCE_HEAD_TIMEOUT: Duration = Duration::from_secs(1);
/// How long connections accepted during shutdown have to send their request.
const LAST_REQUEST_TIMEOUT: Duration = Duration::from_millis(100);
/// How long requests in flight may take to finish when the server stops.
const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(10);
/// How long to wait after a failed accept, usually for lack of file descriptors.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// A stream of a connection, with TLS or without.
type Stream = Either<TcpStream, TlsStream<TcpStream>>;

/// Serves connections until `stop` is ready, then finishes requests in flight.
pub async fn serve<A: Answering>(
    listener: TcpListener,
    endpoint: Arc<A>,
    settings: HttpSettings,
    stop: impl Future<Output = ()>,
) {
    let mut server = Server {
        endpoint,
        permits: Arc::new(Semaphore::new(settings.max_connections)),
        settings: Arc::new(settings),
        graceful: GracefulShutdown::new(),
        connections: JoinSet::new(),
    };
    tokio::select! {
        () = stop => {}
        () = server.accept(&listener) => {}
    }
    server.accept_waiting(listener);
    tokio::time::sleep(LAST_REQUEST_TIMEOUT).await;
    server.finish().await;
}

struct Server<A> {
    endpoint: Arc<A>,
    settings: Arc<HttpSettings>,
    /// One permit per connection.
    permits: Arc<Semaphore>,
    graceful: GracefulShutdown,
    connections: JoinSet<()>,
}

impl<A: Answering> Server<A> {
    /// Accepts connections for as long as it is polled.
    async fn accept(&mut self, listener: &TcpListener) {
        // The semaphore is never closed.
        while let Ok(permit) = self.permits.clone().acquire_owned().await {
            match listener.accept().await {
                Ok((stream, remote)) => self.spawn(stream, remote, permit),
                Err(error) => {
                    tracing::warn!(%error, "cannot accept a connection");
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                }
            }
        }
    }

    /// Closes the port and accepts the connections in the backlog, whose clients believe they are
    /// connected.
    fn accept_waiting(&mut self, listener: TcpListener) {
        let Ok(listener) = listener.into_std() else {
            return;
        };
        while let Ok(permit) = self.permits.clone().try_acquire_owned()
            // The listener does not block: an empty backlog is an error.
            && let Ok((stream, remote)) = listener.accept()
        {
            let stream = stream.set_nonblocking(true).map(|()| stream);
            if let Ok(stream) = stream.and_then(TcpStream::from_std) {
                self.spawn(stream, remote, permit);
            }
        }
    }

    fn spawn(&mut self, stream: TcpStream, remote: SocketAddr, permit: OwnedSemaphorePermit) {
        // Remove finished tasks, so that the set does not grow.
        while self.connections.try_join_next().is_some() {}
        let is_scarce = self.permits.available_permits() < self.settings.max_connections / 4;
        let head_timeout = match is_scarce {
            true => self.settings.head_timeout.min(SCARCE_HEAD_TIMEOUT),
            false => self.settings.head_timeout,
        };
        let (endpoint, settings) = (self.endpoint.clone(), self.settings.clone());
        let watcher = self.graceful.watcher();
        self.connections.spawn(async move {
            if let Err(error) =
                serve_connection(stream, remote, endpoint, &settings, head_timeout, watcher).await
            {
                tracing::debug!(error, %remote, "connection ended");
            }
            drop(permit);
        });
    }

    /// Waits for requests in flight, and aborts those that take too long.
    async fn finish(mut self) {
        let finished = tokio::time::timeout(SHUTDOWN_TIMEOUT, self.graceful.shutdown()).await;
        if finished.is_err() {
            self.connections.abort_all();
            tracing::warn!("some requests did not end in time and were cut off");
        }
    }
}

async fn serve_connection<A: Answering>(
    stream: TcpStream,
    remote: SocketAddr,
    endpoint: Arc<A>,
    settings: &HttpSettings,
    head_timeout: Duration,
    watcher: Watcher,
) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    // Responses are written whole, so Nagle's algorithm would only add delay.
    stream.set_nodelay(true)?;
    let connection = Arc::new(Connection {
        local: stream.local_addr()?,
        remote,
        scheme: match settings.tls {
            Some(_) => Scheme::HTTPS,
            None => Scheme::HTTP,
        },
        memory: A::Memory::default(),
    });
    let mut stream = TimeoutStream::new(shake_hands(stream, settings).await?);
    stream.set_write_timeout(Some(settings.write_timeout));
    let service = hyper::service::service_fn(move |request: hyper::Request<Incoming>| {
        endpoint
            .answer(request, &connection)
            .map(Ok::<_, Infallible>)
    });
    let serving = hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(head_timeout)
        .max_header_size(MAX_HEAD_BYTES)
        .serve_connection(TokioIo::new(Box::pin(stream)), service);
    Ok(watcher.watch(serving).await?)
}

/// Does the TLS handshake, if the settings have a certificate.
async fn shake_hands(stream: TcpStream, settings: &HttpSettings) -> io::Result<Stream> {
    let Some(tls) = &settings.tls else {
        return Ok(Either::Left(stream));
    };
    let handshake = tls.acceptor().accept(stream);
    let stream = tokio::time::timeout(settings.handshake_timeout, handshake).await??;
    Ok(Either::Right(stream))
}
