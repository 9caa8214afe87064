//! Mixed load for a long time: what the server takes of its machine stays as it is.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::time::{Duration, Instant};

use reqwest::Method;
use serde_json::json;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use super::process::Taken;
use super::serving::Serving;
use super::size::sized;
use crate::support::database::{TestDatabase, is_postgres};
use crate::support::{Actor, eventually};

const CLIENTS: usize = 6;
/// By how much memory may waver, in KiB: what is kept of answers comes and goes.
const WAVERS: u64 = 24 * 1024;

/// One of those who call: writes, reads, mistakes and broken connections. Every answer is held
/// against the document.
async fn call(actor: Actor, number: usize, stop: Arc<AtomicBool>, calls: Arc<AtomicUsize>) {
    let plan = format!("soak_{number}");
    for round in 0.. {
        if stop.load(SeqCst) {
            return;
        }
        actor.make_plan(&plan, json!({})).await;
        let price = actor.make_price(&plan, "monthly", 1, json!({})).await;
        let path = format!("/plans/{plan}");
        for value in 0..10 {
            let update = actor
                .request(Method::PUT, &format!("{path}/prices/{price}"))
                .header("idempotency-key", format!("{number}-{round}-{value}"));
            let reply = actor.send(update.json(&json!({"price": value}))).await;
            reply.data();
            for read in [path.as_str(), "/plans", "/features", "/plan-groups"] {
                actor.get(read).await.data();
            }
        }
        actor
            .get("/plans/not_there")
            .await
            .refused(404, "plan_not_found");
        let broken = actor
            .raw(Method::POST, "/plans/manage", "{\"name\": ")
            .await;
        assert_eq!(broken.status, 400, "{}", broken.text);
        half_a_call(&actor).await;
        actor.delete(&format!("{path}/manage")).await.data();
        calls.fetch_add(55, SeqCst);
    }
}

/// A connection that breaks off amidst a request.
async fn half_a_call(actor: &Actor) {
    let address = actor.address("");
    let host = address.split('/').nth(2).expect("a host");
    let mut stream = TcpStream::connect(host).await.expect("a connection");
    let half = b"POST /api/v1/plans/manage HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{";
    stream.write_all(half).await.expect("half a request");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_long_time_of_mixed_load_takes_no_more_than_a_short_one() {
    let seconds = sized(6, 900) as u64;
    let server = Serving::start(Arc::new(TestDatabase::new().await));
    let stop = Arc::new(AtomicBool::new(false));
    let calls = Arc::new(AtomicUsize::new(0));
    let tasks: Vec<_> = (0..CLIENTS)
        .map(|number| {
            let actor = server.actor("shop", "sandbox");
            tokio::spawn(call(actor, number, stop.clone(), calls.clone()))
        })
        .collect();
    let began = Instant::now();
    let until = async |part: u64| {
        let end = Duration::from_millis(seconds * 1000 * part / 100);
        tokio::time::sleep(end.saturating_sub(began.elapsed())).await;
        Taken::by(server.process())
    };
    // What is kept in memory has filled up by then.
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
        task.await.expect("a client that ends well");
    }
    let database = if is_postgres() {
        "PostgreSQL"
    } else {
        "SQLite"
    };
    println!(
        "soak on {database}: {seconds} s, {} calls; warm: {warm}; at most: {most}",
        calls.load(SeqCst)
    );
    assert!(
        most.memory < warm.memory + WAVERS,
        "warm: {warm}; at most: {most}"
    );
    assert!(
        most.threads <= warm.threads + 2,
        "warm: {warm}; at most: {most}"
    );
    // One for each connection, and those of the pool: none is left behind.
    assert!(
        most.files <= warm.files + 32,
        "warm: {warm}; at most: {most}"
    );
    let idle = warm.files;
    eventually("the end of broken connections", async || {
        Taken::by(server.process()).files <= idle
    })
    .await;
}
