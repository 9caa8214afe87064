//! Ten times as many clients as saturate a server: it keeps its pace, and promptly refuses the rest
//! instead of growing.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::time::{Duration, Instant};

use reqwest::Client;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use serde_json::json;

use super::load::{QUIET, check_well_again};
use super::process::Usage;
use super::serving::Serving;
use super::size::sized;
use crate::support::Actor;
use crate::support::database::{self, TestDatabase};
use crate::support::promise::ANSWERED_WITHIN;

/// The number of clients that saturates the server: more clients do not get more done.
const BUSY: usize = 200;
const TIMES: usize = 10;
/// The maximum memory for each connection, in KiB: its buffers and tasks, in a debug build.
const KIB_PER_CONNECTION: usize = 64;
/// Threads that may be added during the run: SQLite has a thread for each of its few connections, which
/// are opened as they are needed.
const MORE_THREADS: u64 = 16;
/// Open files that the clients need: sometimes a client opens a second connection.
const FILES: u64 = 4096;
/// Stops waiting for an answer after this time.
const GIVE_UP_AFTER: Duration = Duration::from_secs(60);

/// Raises the limit of open files to the maximum: each client needs one.
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

/// Runs the server on a core of its own, where `scripts/faults.sh` runs no clients: many clients
/// use more of a core than few, which must not count against the server.
fn on_server_core() -> Vec<String> {
    ["taskset", "--cpu-list", "0"].map(str::to_owned).into()
}

/// The outcomes of the calls of a stage.
#[derive(Debug, Default)]
struct Stage {
    made: AtomicUsize,
    refused: AtomicUsize,
    slowest_made: AtomicUsize,
}

impl Stage {
    /// Runs clients that change the same price as fast as they can.
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
            task.await.expect("a client that succeeds");
        }
        Arc::into_inner(stage).expect("a stage that has ended")
    }

    async fn note(&self, call: reqwest::RequestBuilder) {
        let began = Instant::now();
        let answer = tokio::time::timeout(GIVE_UP_AFTER, call.send()).await;
        let answer = answer.expect("an answer in time").expect("an answer");
        let took = usize::try_from(began.elapsed().as_millis()).expect("a time");
        let retry_after = answer.headers().get("retry-after").cloned();
        match answer.status().as_u16() {
            200 => {
                self.made.fetch_add(1, SeqCst);
                self.slowest_made.fetch_max(took, SeqCst);
            }
            503 => {
                assert_eq!(retry_after.expect("the Retry-After header"), "1");
                self.refused.fetch_add(1, SeqCst);
                // Waits as the header says, so that the next client has a turn.
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
    let before = Usage::of(server.process());
    let overload = Stage::of(BUSY * TIMES, seconds, &actor, &path).await;
    let after = Usage::of(server.process());
    check_well_again(&actor).await;
    // The machine may have become slower or faster in the meantime.
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
        more < (after.files.max(BUSY * TIMES) * KIB_PER_CONNECTION) as u64,
        "memory grew by {more} KiB"
    );
    assert!(after.threads < before.threads + MORE_THREADS);
    // Short runs measure too little: the speed of the machine varies, and only evens out over a
    // minute.
    if seconds >= 60 {
        assert!(kept >= 80, "{kept} % of the pace");
        let slowest = Duration::from_millis(overload.slowest_made.load(SeqCst) as u64);
        assert!(slowest < ANSWERED_WITHIN, "{slowest:?}");
    }
}
