//! Ten times as many clients as keep a server busy: it goes on at its pace, and refuses the rest in
//! time instead of growing.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::time::{Duration, Instant};

use reqwest::Client;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
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
const OF_A_CONNECTION: usize = 64;
/// Threads that may be there in the end and not before: SQLite has one for each of a few connections,
/// which are opened when they are needed.
const MORE_THREADS: u64 = 16;
/// Open files that the clients need: now and then one opens a connection beside its first.
const FILES: u64 = 4096;
/// After so long an answer will not come any more.
const NEVER: Duration = Duration::from_secs(60);

/// Asks the system for as many open files as this process may have: each client has one.
fn allow_many_files() {
    let limit = getrlimit(Resource::Nofile);
    let is_enough = limit.maximum.is_none_or(|most| most >= FILES);
    assert!(is_enough, "the clients need {FILES} open files: {limit:?}");
    let all = Rlimit {
        current: limit.maximum,
        ..limit
    };
    setrlimit(Resource::Nofile, all).expect("more files");
}

/// Runs the server on a core of its own, where `scripts/faults.sh` keeps the clients away: many clients
/// take more of a core than few, and what they take is not the server's to lose.
fn on_server_core() -> Vec<String> {
    ["taskset", "--cpu-list", "0"].map(str::to_owned).into()
}

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
        let answer = tokio::time::timeout(NEVER, call.send()).await;
        let answer = answer.expect("an answer, some time").expect("an answer");
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
async fn overload_keeps_pace_and_memory() {
    allow_many_files();
    let seconds = sized(2, 60) as u64;
    let database = Arc::new(TestDatabase::new().await);
    let server = Serving::start_by(sized(Vec::new(), on_server_core()), database);
    let actor = server.actor("shop", "sandbox");
    actor.make_plan(QUIET, json!({})).await;
    let price = actor.make_price(QUIET, "monthly", 1, json!({})).await;
    let path = format!("/plans/{QUIET}/prices/{price}");

    let busy = Stage::of(BUSY, seconds / 2, &actor, &path).await;
    let before = Taken::by(server.process());
    let overload = Stage::of(BUSY * TIMES, seconds, &actor, &path).await;
    let after = Taken::by(server.process());
    check_well_again(&actor).await;
    // A machine may have become slower or faster meanwhile.
    let again = Stage::of(BUSY, seconds / 2, &actor, &path).await;

    let peak = busy.made() + again.made();
    let kept = 100 * overload.made() / peak.max(1);
    let database = database::name();
    println!(
        "overload on {database}: {peak} made by {BUSY} clients, {} by {TIMES} times as many ({kept} %), {} refused, \
         the slowest took {} ms; before: {before}; after: {after}",
        overload.made(),
        overload.refused.load(SeqCst),
        overload.slowest_made.load(SeqCst),
    );
    let more = after.memory.saturating_sub(before.memory);
    assert!(
        more < (after.files.max(BUSY * TIMES) * OF_A_CONNECTION) as u64,
        "memory grew by {more} KiB"
    );
    assert!(after.threads < before.threads + MORE_THREADS);
    // How fast a machine is for a moment decides nothing; over a minute it evens out.
    if seconds >= 60 {
        assert!(kept >= 80, "{kept} % of the pace");
        let slowest = Duration::from_millis(overload.slowest_made.load(SeqCst) as u64);
        assert!(slowest < ANSWERED_WITHIN, "{slowest:?}");
    }
}
