//! Mixed load for a long time: the server's use of resources stays constant.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::time::{Duration, Instant};

use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use super::process::Usage;
use super::serving::Serving;
use super::size::sized;
use crate::support::database::{self, TestDatabase};
use crate::support::{Actor, Reply, eventually};

const CLIENTS: usize = 6;
/// The tolerance for memory, in KiB: cached answers come and go.
const MEMORY_TOLERANCE: u64 = 24 * 1024;

/// A caller that writes, reads, makes mistakes and breaks connections. Every answer is checked
/// against the document.
struct Caller {
    actor: Actor,
    number: usize,
    made: Arc<Made>,
}

/// The outcomes of all callers' calls.
#[derive(Debug, Default)]
struct Made {
    calls: AtomicUsize,
    refused: AtomicUsize,
}

impl Caller {
    /// Makes a call, and repeats it as long as the server says so.
    async fn make(&self, request: RequestBuilder) -> Reply {
        loop {
            let again = request.try_clone().expect("a body that can be sent again");
            let reply = self.actor.send(again).await;
            self.made.calls.fetch_add(1, SeqCst);
            if reply.status != 503 {
                return reply;
            }
            self.made.refused.fetch_add(1, SeqCst);
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    }

    /// Makes a write, which counts once.
    async fn write(&self, method: Method, path: &str, body: Value) -> Reply {
        let request = self.actor.request(method, path).json(&body);
        let key = uuid::Uuid::new_v4().to_string();
        self.make(request.header("idempotency-key", key)).await
    }

    async fn read(&self, path: &str) -> Reply {
        self.make(self.actor.request(Method::GET, path)).await
    }

    async fn call_until(&self, stop: &AtomicBool) {
        let code = format!("soak_{}", self.number);
        let path = format!("/plans/{code}");
        while !stop.load(SeqCst) {
            let plan = json!({"name": "Soak", "code": code});
            self.write(Method::POST, "/plans/manage", plan).await.data();
            let price = json!({"billingInterval": "monthly", "price": 1});
            let prices = format!("{path}/prices");
            let price = self.write(Method::POST, &prices, price).await;
            let price = format!("{prices}/{}", price.id());
            for value in 0..10 {
                let update = json!({"price": value});
                self.write(Method::PUT, &price, update).await.data();
                for read in [path.as_str(), "/plans", "/features", "/plan-groups"] {
                    self.read(read).await.data();
                }
            }
            self.read("/plans/not_there")
                .await
                .refused(404, "plan_not_found");
            let empty = self.write(Method::POST, "/plans/manage", json!({})).await;
            assert_eq!(empty.status, 400, "{}", empty.text);
            half_a_call(&self.actor).await;
            let delete = self
                .actor
                .request(Method::DELETE, &format!("{path}/manage"));
            // A refused call may have been carried out.
            let deleted = self.make(delete).await;
            assert!(matches!(deleted.status, 200 | 404), "{}", deleted.text);
        }
    }
}

/// Breaks a connection in the middle of a request.
async fn half_a_call(actor: &Actor) {
    let address = actor.address("");
    let host = address.split('/').nth(2).expect("a host");
    let mut stream = TcpStream::connect(host).await.expect("a connection");
    let half = b"POST /api/v1/plans/manage HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{";
    stream.write_all(half).await.expect("half a request");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn long_load_takes_no_more_than_short_load() {
    let seconds = sized(6, 900) as u64;
    let server = Serving::start(Arc::new(TestDatabase::new().await));
    let stop = Arc::new(AtomicBool::new(false));
    let made = Arc::<Made>::default();
    let tasks: Vec<_> = (0..CLIENTS)
        .map(|number| {
            let caller = Caller {
                actor: server.actor("shop", "sandbox"),
                number,
                made: made.clone(),
            };
            let stop = stop.clone();
            tokio::spawn(async move { caller.call_until(&stop).await })
        })
        .collect();
    let began = Instant::now();
    let until = async |part: u64| {
        let end = Duration::from_millis(seconds * 1000 * part / 100);
        tokio::time::sleep(end.saturating_sub(began.elapsed())).await;
        Usage::of(server.process())
    };
    // By then the cache is full.
    let warm = until(25).await;
    let mut most = warm;
    for part in [40, 55, 70, 85, 100] {
        let taken = until(part).await;
        most.memory = most.memory.max(taken.memory);
        most.files = most.files.max(taken.files);
        most.threads = most.threads.max(taken.threads);
    }
    stop.store(true, SeqCst);
    for task in tasks {
        task.await.expect("a client that succeeds");
    }
    let database = database::name();
    println!(
        "soak on {database}: {seconds} s, {} calls, {} refused; warm: {warm}; at most: {most}",
        made.calls.load(SeqCst),
        made.refused.load(SeqCst)
    );
    assert!(
        most.memory < warm.memory + MEMORY_TOLERANCE,
        "warm: {warm}; at most: {most}"
    );
    assert!(
        most.threads <= warm.threads + 2,
        "warm: {warm}; at most: {most}"
    );
    // One for each connection and those of the pool: none is leaked.
    assert!(
        most.files <= warm.files + 32,
        "warm: {warm}; at most: {most}"
    );
    let idle = warm.files;
    eventually("the end of broken connections", async || {
        Usage::of(server.process()).files <= idle
    })
    .await;
}
