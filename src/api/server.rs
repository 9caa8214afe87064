//! Connections: accepting them, bounding how many there are and how long they may dawdle, and
//! ending well.

use std::convert::Infallible;
use std::future::{Future, ready};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::future::Either;

use hyper::body::{Body, Incoming};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use poem::http::uri::Scheme;
use poem::web::{LocalAddr, RemoteAddr};
use poem::{Addr, Endpoint, Request, Response};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::connections::{Connections, Place};
use super::edge;
use super::head::Head;
use super::path;
use super::settings::{Patience, Settings};
use super::stall::Stalling;
use super::stream::Stream;
use super::tls::Tls;
use super::unparsed::Watched;
use super::unread::Rest;
use crate::catalog::cache::keys::LastKey;

/// Most bytes of the head of a request.
const MAX_HEAD_BYTES: usize = 96 * 1024;
/// How long those that came last have to send what they came for: from then on a connection that has
/// sent nothing is closed.
const LAST_CALLS: Duration = Duration::from_millis(100);
/// How long requests in flight may take to end when the server stops.
const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(10);
/// How long to wait after a failure to accept: it means that the process is out of file handles.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);
/// How long a client that is turned away may take to hear of it, and how many may at a time.
const FAREWELL: Duration = Duration::from_secs(1);
const MOST_FAREWELLS: usize = 64;

/// What answers requests.
pub trait Answering: Endpoint<Output = Response> + 'static {
    /// The answer to a request, if it is ready: nothing of the request is given away for it.
    fn at_once(&self, _head: &Head<'_>) -> Option<Response> {
        None
    }
}

/// What all connections share.
struct House<E> {
    endpoint: E,
    tls: Option<Arc<Tls>>,
    patience: Patience,
    connections: Arc<Connections>,
    farewells: Arc<Semaphore>,
}

/// Serves connections until `stop` is ready; then finishes what is in flight.
pub async fn serve<E>(
    listener: TcpListener,
    endpoint: E,
    settings: &Settings,
    stop: impl Future<Output = ()>,
) where
    E: Answering,
{
    let house = Arc::new(House {
        endpoint,
        tls: settings.tls.clone(),
        patience: settings.patience,
        connections: Connections::new(settings.max_connections),
        farewells: Arc::new(Semaphore::new(MOST_FAREWELLS)),
    });
    let graceful = GracefulShutdown::new();
    let mut connections = JoinSet::new();
    tokio::pin!(stop);
    loop {
        let accepted = tokio::select! {
            () = &mut stop => break,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, remote)) => house.let_in(stream, remote, &graceful, &mut connections),
            Err(error) => {
                tracing::warn!(%error, "cannot accept a connection");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
    for (stream, remote) in waiting(listener) {
        house.let_in(stream, remote, &graceful, &mut connections);
    }
    tokio::time::sleep(LAST_CALLS).await;
    tokio::select! {
        () = graceful.shutdown() => {}
        () = tokio::time::sleep(SHUTDOWN_TIMEOUT) => {
            connections.abort_all();
            tracing::warn!("some requests did not end in time and were cut off");
        }
    }
}

/// Those that are connected already, but not accepted yet: their clients believe that they are served.
/// After them there are none, since the port is given up.
fn waiting(listener: TcpListener) -> Vec<(TcpStream, SocketAddr)> {
    let Ok(listener) = listener.into_std() else {
        return Vec::new();
    };
    // It does not block: where nobody waits, there is an error.
    std::iter::from_fn(|| listener.accept().ok())
        .filter_map(|(stream, remote)| {
            stream.set_nonblocking(true).ok()?;
            Some((TcpStream::from_std(stream).ok()?, remote))
        })
        .collect()
}

impl<E: Answering> House<E> {
    /// Begins to serve a connection, if there is a place.
    fn let_in(
        self: &Arc<Self>,
        stream: TcpStream,
        remote: SocketAddr,
        graceful: &GracefulShutdown,
        tasks: &mut JoinSet<()>,
    ) {
        // Those that have ended are forgotten here, so that the set does not grow.
        while tasks.try_join_next().is_some() {}
        match self.connections.enter() {
            Some(place) => {
                let (house, watcher) = (self.clone(), graceful.watcher());
                let activity = place.activity.clone();
                activity.is_work_of(tasks.spawn(talk(stream, remote, house, watcher, place)));
            }
            None => self.turn_away(stream, tasks),
        }
    }
}

impl<E> House<E> {
    /// Says that there is no place, if that can be said without much ado.
    fn turn_away(&self, mut stream: TcpStream, tasks: &mut JoinSet<()>) {
        let farewell = self.farewells.clone().try_acquire_owned();
        let (Ok(farewell), None) = (farewell, &self.tls) else {
            return;
        };
        tasks.spawn(async move {
            let _farewell = farewell;
            let saying = async {
                stream.write_all(&edge::full()).await?;
                stream.shutdown().await?;
                // What is closed with something unread never hears the answer.
                let mut unread = [0; 1024];
                while stream.read(&mut unread).await? > 0 {}
                Ok::<_, std::io::Error>(())
            };
            // Whether the client hears it is of no matter.
            let _ = tokio::time::timeout(FAREWELL, saying).await;
        });
    }

    /// Begins TLS, where the settings have it.
    async fn open(&self, stream: TcpStream) -> std::io::Result<Stream> {
        let Some(tls) = &self.tls else {
            return Ok(Stream::Plain(stream));
        };
        let begun = tls.acceptor().accept(stream);
        let begun = tokio::time::timeout(self.patience.handshake, begun).await?;
        Ok(Stream::Tls(Box::new(begun?)))
    }
}

async fn talk<E>(
    stream: TcpStream,
    remote: SocketAddr,
    house: Arc<House<E>>,
    watcher: Watcher,
    place: Place,
) where
    E: Answering,
{
    // Answers are written whole; waiting for more to send with them only adds delay.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "cannot set TCP_NODELAY");
    }
    let local = stream.local_addr().unwrap_or(remote);
    let stream = match house.open(stream).await {
        Ok(stream) => stream,
        Err(error) => {
            tracing::debug!(%error, %remote, "no TLS came about");
            return;
        }
    };
    let Patience { head, answer, .. } = house.patience;
    let scheme = match house.tls {
        Some(_) => Scheme::HTTPS,
        None => Scheme::HTTP,
    };
    let stream = Stalling::new(stream, answer, place.activity.clone());
    let place = Arc::new(place);
    let last_key = LastKey::default();
    let service = hyper::service::service_fn(move |mut request: hyper::Request<Incoming>| {
        let serving = place.serve();
        path::normalize(request.uri_mut());
        let head = Head {
            method: request.method(),
            uri: request.uri(),
            version: request.version(),
            headers: request.headers(),
            scheme: &scheme,
            peer: Some(remote.ip()),
            last_key: Some(&last_key),
            started: Instant::now(),
        };
        let mut at_once = house.endpoint.at_once(&head);
        if let Some(response) = at_once.take_if(|_| request.body().is_end_stream()) {
            return Either::Left(ready(Ok::<_, Infallible>(response.into())));
        }
        let (house, scheme) = (house.clone(), scheme.clone());
        Either::Right(Box::pin(async move {
            let _serving = serving;
            let local = LocalAddr(Addr::SocketAddr(local));
            let remote = RemoteAddr(Addr::SocketAddr(remote));
            let has_body = !request.body().is_end_stream();
            let mut request = Request::from((request, local, remote, scheme));
            let rest = has_body.then(|| Rest::of(&mut request));
            let response = match at_once {
                Some(response) => response,
                None => house.endpoint.get_response(request).await,
            };
            // The answer does not wait for it.
            if let Some(rest) = rest.filter(Rest::is_coming) {
                tokio::spawn(rest.discard(house.patience.body));
            }
            Ok(response.into())
        }))
    });
    let connection = hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(head)
        .max_header_size(MAX_HEAD_BYTES)
        .serve_connection(
            TokioIo::new(Watched::new(stream, edge::unreadable)),
            service,
        );
    if let Err(error) = watcher.watch(connection).await {
        tracing::debug!(%error, %remote, "connection ended");
    }
}
