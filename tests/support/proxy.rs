//! A way to the database that can be blocked and cut, and lose connections.

use std::sync::atomic::{AtomicU64, Ordering::SeqCst};
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// What the way is like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    Open,
    /// Connections stay and new ones come about, but nothing gets through: a database that stands
    /// still.
    Blocked,
    /// There are no connections: a database that has ended.
    Cut,
}

/// A proxy in front of PostgreSQL.
pub struct Proxy {
    way: Arc<watch::Sender<Way>>,
    /// How often all connections were lost.
    losses: Arc<AtomicU64>,
    /// Where new connections go.
    target: Arc<Mutex<String>>,
    url: String,
}

/// The host and port of an address.
fn place(url: &str) -> String {
    let (_, rest) = url.rsplit_once('@').expect("a user");
    let (place, _) = rest.split_once('/').expect("a database");
    place.to_owned()
}

impl Proxy {
    /// Stands in front of the database at an address.
    pub async fn before(url: &str) -> Self {
        let (head, rest) = url.rsplit_once('@').expect("a user");
        let (_, database) = rest.split_once('/').expect("a database");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let way = Arc::new(watch::Sender::new(Way::Open));
        let losses = Arc::default();
        let target = Arc::new(Mutex::new(place(url)));
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

    /// Has new connections go to another address; those that there are stay where they are.
    pub fn lead_to(&self, url: &str) {
        *self.target.lock().expect("the target") = place(url);
    }

    pub fn set(&self, way: Way) {
        self.way.send_replace(way);
    }

    /// Nothing gets through on any connection that there is, ever, and neither end hears of it: a host
    /// that vanishes. New connections are as before.
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
        // To the client a server that is not there is one that hangs up.
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

/// Waits until the way is not blocked; answers whether it is open.
async fn is_open(way: &mut watch::Receiver<Way>) -> bool {
    let way = way.wait_for(|way| *way != Way::Blocked).await;
    way.is_ok_and(|way| *way == Way::Open)
}

/// Passes bytes on as long as the way is not cut, and keeps them when it is lost.
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
