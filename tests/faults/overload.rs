//! Ten times as many clients as keep a server busy: it goes on at its pace, and refuses the rest in
//! time instead of growing.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::time::{Duration, Instant};

use reqwest::Client;
use serde_json::json;

use super::load::{QUIET, check_well_again};
use super::process::Taken;
use super::serving::Serving;
use super::size::sized;
use crate::support::Actor;
use crate::support::database::{self, TestDatabase};
use crate::support::promise::ANSWERED_WITHIN;

/// As many clients as keep the server busy: more do not get more done.
const BUSY: usize = 200;
const TIMES: usize = 10;
/// What a connection may take of memory, in KiB: its buffers and tasks, in a debug build.
const OF_A_CONNECTION: u64 = 64;

/// What came of the calls of a stage.
#[derive(Debug, Default)]
struct Stage {
    made: AtomicUsize,
    refused: AtomicUsize,
    slowest_made: AtomicUsize,
}

impl Stage {
    /// Clients that change the same price as fast as they can.
    async fn of(clients: usize, seconds: u64, actor: &Actor, path: &str) -> Self {
        let stage = Arc::new(Self::default());
        let stop = Arc::new(AtomicBool::new(false));
        let http = Client::builder()
            .tcp_nodelay(true)
            .build()
            .expect("a client");
        let tasks: Vec<_> = (0..clients)
            .map(|number| {
                let (stage, stop, http) = (stage.clone(), stop.clone(), http.clone());
                let (url, key) = (actor.address(path), actor.key().to_owned());
                tokio::spawn(async move {
                    for round in 0.. {
                        if stop.load(SeqCst) {
                            break;
                        }
                        let price = (number * 1_000 + round) % 100_000;
                        let call = http.put(&url).header("x-api-key", &key);
                        stage.note(call.json(&json!({"price": price}))).await;
                    }
                })
            })
            .collect();
        tokio::time::sleep(Duration::from_secs(seconds)).await;
        stop.store(true, SeqCst);
        for task in tasks {
            task.await.expect("a client that ends well");
        }
        Arc::into_inner(stage).expect("a stage that has ended")
    }

    async fn note(&self, call: reqwest::RequestBuilder) {
        let began = Instant::now();
        let answer = tokio::time::timeout(2 * ANSWERED_WITHIN, call.send()).await;
        let answer = answer.expect("an answer in time").expect("an answer");
        let took = usize::try_from(began.elapsed().as_millis()).expect("a time");
        let retry_after = answer.headers().get("retry-after").cloned();
        match answer.status().as_u16() {
            200 => {
                self.made.fetch_add(1, SeqCst);
                self.slowest_made.fetch_max(took, SeqCst);
            }
            503 => {
                assert_eq!(retry_after.expect("when to come again"), "1");
                self.refused.fetch_add(1, SeqCst);
                // As it was told, so that the next client has a turn.
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
            status => panic!("status {status}"),
        }
        answer.bytes().await.expect("a body");
    }

    fn made(&self) -> usize {
        self.made.load(SeqCst)
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_times_the_load_leaves_the_pace_and_the_memory_as_they_were() {
    let seconds = sized(2, 60) as u64;
    let database = Arc::new(TestDatabase::new().await);
    let server = Serving::start(database);
    let actor = server.actor("shop", "sandbox");
    actor.make_plan(QUIET, json!({})).await;
    let price = actor.make_price(QUIET, "monthly", 1, json!({})).await;
    let path = format!("/plans/{QUIET}/prices/{price}");

    let busy = Stage::of(BUSY, seconds, &actor, &path).await;
    let before = Taken::by(server.process());
    let overload = Stage::of(BUSY * TIMES, seconds, &actor, &path).await;
    let after = Taken::by(server.process());
    check_well_again(&actor).await;

    let kept = 100 * overload.made() / busy.made().max(1);
    let database = database::name();
    println!(
        "overload on {database}: {} made by {BUSY} clients, {} by {TIMES} times as many ({kept} %), {} refused, \
         the slowest took {} ms; before: {before}; after: {after}",
        busy.made(),
        overload.made(),
        overload.refused.load(SeqCst),
        overload.slowest_made.load(SeqCst),
    );
    let more = after.memory.saturating_sub(before.memory);
    assert!(
        more < (BUSY * TIMES) as u64 * OF_A_CONNECTION,
        "memory grew by {more} KiB"
    );
    assert_eq!(after.threads, before.threads);
    // How fast a machine is for a moment decides nothing; over a minute it evens out.
    if seconds >= 60 {
        assert!(kept >= 80, "{kept} % of the pace");
    }
}
