//! A proxy in front of the database that can block, cut and lose connections.

use std::sync::atomic::{AtomicU64, Ordering::SeqCst};
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// The state of the proxy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    Open,
    /// Connections stay open and new ones are accepted, but nothing gets through, as if the
    /// database hangs.
    Blocked,
    /// No connections are possible, as if the database has ended.
    Cut,
}

/// A proxy in front of PostgreSQL.
pub struct Proxy {
    way: Arc<watch::Sender<Way>>,
    /// The number of times that all connections were lost.
    losses: Arc<AtomicU64>,
    /// The address for new connections.
    target: Arc<Mutex<String>>,
    url: String,
}

/// The host and port of an address.
fn host_and_port(url: &str) -> String {
    let (_, rest) = url.rsplit_once('@').expect("a user");
    let (place, _) = rest.split_once('/').expect("a database");
    place.to_owned()
}

impl Proxy {
    /// Starts a proxy in front of the database at an address.
    pub async fn before(url: &str) -> Self {
        let (head, rest) = url.rsplit_once('@').expect("a user");
        let (_, database) = rest.split_once('/').expect("a database");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let way = Arc::new(watch::Sender::new(Way::Open));
        let losses = Arc::default();
        let target = Arc::new(Mutex::new(host_and_port(url)));
        let accepting = accept(listener, target.clone(), way.clone(), Arc::clone(&losses));
        tokio::spawn(accepting);
        Self {
            way,
            losses,
            target,
            url: format!("{head}@{address}/{database}"),
        }
    }

    pub fn url(&self) -> &str {
        &self.url
    }

    /// Directs new connections to another address; existing ones stay.
    pub fn lead_to(&self, url: &str) {
        *self.target.lock().expect("the target") = host_and_port(url);
    }

    pub fn set(&self, way: Way) {
        self.way.send_replace(way);
    }

    /// Existing connections transmit nothing from now on, and neither end notices, as if a host
    /// vanishes. New connections are not affected.
    pub fn lose(&self) {
        self.losses.fetch_add(1, SeqCst);
    }
}

async fn accept(
    listener: TcpListener,
    target: Arc<Mutex<String>>,
    way: Arc<watch::Sender<Way>>,
    losses: Arc<AtomicU64>,
) {
    loop {
        let (client, _) = listener.accept().await.expect("a connection");
        if *way.borrow() == Way::Cut {
            continue;
        }
        let place = target.lock().expect("the target").clone();
        // If the server cannot be reached, the client's connection is closed.
        let Ok(server) = TcpStream::connect(&place).await else {
            continue;
        };
        let (from_client, to_client) = client.into_split();
        let (from_server, to_server) = server.into_split();
        let before = losses.load(SeqCst);
        let lost = || {
            let losses = losses.clone();
            move || losses.load(SeqCst) != before
        };
        tokio::spawn(pass(from_client, to_server, way.subscribe(), lost()));
        tokio::spawn(pass(from_server, to_client, way.subscribe(), lost()));
    }
}

/// Waits until the proxy is not blocked; returns whether it is open.
async fn is_open(way: &mut watch::Receiver<Way>) -> bool {
    let way = way.wait_for(|way| *way != Way::Blocked).await;
    way.is_ok_and(|way| *way == Way::Open)
}

/// Forwards bytes until the proxy is cut, and discards them when the connection is lost.
async fn pass(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    mut way: watch::Receiver<Way>,
    is_lost: impl Fn() -> bool,
) {
    let mut bytes = vec![0; 16 * 1024];
    while is_open(&mut way).await {
        tokio::select! {
            _ = way.changed() => {}
            read = from.read(&mut bytes) => {
                let Ok(length @ 1..) = read else { return };
                if is_lost() {
                    std::future::pending::<()>().await;
                }
                if !is_open(&mut way).await || to.write_all(&bytes[..length]).await.is_err() {
                    return;
                }
            }
        }
    }
}
