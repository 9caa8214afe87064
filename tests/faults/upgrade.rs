//! An upgrade under load: servers of this version migrate the database of the last release, which goes
//! on reading and writing it, and share it from then on.
//!
//! `scripts/upgrade.sh` does the same for longer, with the program of the last release.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::history;
use super::last_release::{LastRelease, take_back_steps};
use super::written::{Reads, Written};
use crate::support::database::{self, TestDatabase};
use crate::support::{Actor, TestServer, eventually};

/// How long the last release is alone, how long all servers run, and those of this version alone.
const BEFORE: Duration = Duration::from_millis(300);
const TOGETHER: Duration = Duration::from_millis(1_500);
const AFTER: Duration = Duration::from_millis(300);
/// How long a migration may block a call of the last release.
const BLOCKED_AT_MOST: Duration = Duration::from_secs(2);
/// How long a server may take to be ready, however busy the database is.
const READY_WITHIN: Duration = Duration::from_secs(10);
/// The pause between two calls of a caller.
const PAUSE: Duration = Duration::from_millis(2);
const SERVERS: usize = 2;

/// A database with plans of two prices each: the last release writes one, and a server of this version
/// the other.
struct Scene {
    database: Arc<TestDatabase>,
    owner: Actor,
    last_release: LastRelease,
    by_last_release: Vec<Arc<Written>>,
    /// One for each server.
    by_servers: Vec<Arc<Written>>,
    /// Reads at a server of writes that were made elsewhere.
    reads: Reads,
}

impl Scene {
    /// The database as the last release left it.
    async fn begin() -> Arc<Self> {
        let server = TestServer::start().await;
        let owner = server.owner().await;
        let (mut by_last_release, mut by_servers) = (Vec::new(), Vec::new());
        owner.make_feature("calls", "usage").await;
        for number in 0..SERVERS {
            let code = format!("plan_{number}");
            by_last_release.push(Written::new(&owner, &code).await);
            by_servers.push(Written::add(&owner, &code, "yearly").await);
            let path = format!("/plans/{code}/features");
            let feature = json!({"featureId": "calls"});
            owner.post(&path, feature).await.data();
        }
        let database = server.database.clone();
        server.stop().await;
        take_back_steps(&database).await;
        Arc::new(Self {
            last_release: LastRelease::on(&database).await,
            database,
            owner,
            by_last_release,
            by_servers,
            reads: Reads::default(),
        })
    }

    fn all(&self) -> impl Iterator<Item = &Arc<Written>> {
        self.by_last_release.iter().chain(&self.by_servers)
    }

    /// A price and a way to read it, another one each turn.
    fn turn(&self, turn: usize) -> (&Arc<Written>, usize) {
        let count = self.by_last_release.len() + self.by_servers.len();
        let written = self.all().nth(turn % count).expect("a price");
        (written, turn / count)
    }

    /// Reads a price at a server, which shows at once what it wrote itself.
    async fn read_at_server(&self, server: usize, reader: &Actor, turn: usize) {
        let (written, way) = self.turn(turn);
        let asked = Instant::now();
        let least = written.acknowledged();
        let shown = written.read(reader, way).await;
        assert!(
            shown <= written.begun(),
            "the price of a write that was never sent"
        );
        if Arc::ptr_eq(written, &self.by_servers[server]) {
            assert!(shown >= least, "{}: {shown} after {least}", written.code);
        } else {
            self.reads.note(written, asked, shown);
        }
    }

    /// Reads a price as the last release does, which shows all that is committed.
    async fn read_by_last_release(&self, turn: usize) {
        let (written, _) = self.turn(turn);
        let least = written.acknowledged();
        let shown = in_time(self.last_release.read(written)).await;
        assert!(
            (least..=written.begun()).contains(&shown),
            "{}: {shown} after {least}",
            written.code
        );
    }
}

/// The result of a call of the last release, which nothing may block for long.
async fn in_time<T>(call: impl Future<Output = T>) -> T {
    let done = tokio::time::timeout(BLOCKED_AT_MOST, call).await;
    done.expect("a call of the last release is not blocked")
}

/// Tasks that repeat calls until they are stopped.
#[derive(Default)]
struct Callers {
    calling: JoinSet<()>,
    stop: Arc<AtomicBool>,
}

impl Callers {
    /// Starts to repeat a call; its argument is the number of calls before.
    fn begin<F: Future<Output = ()> + Send + 'static>(
        &mut self,
        call: impl Fn(usize) -> F + Send + Sync + 'static,
    ) {
        let stop = self.stop.clone();
        self.calling.spawn(async move {
            let mut turn = 0;
            while !stop.load(SeqCst) {
                call(turn).await;
                turn += 1;
                tokio::time::sleep(PAUSE).await;
            }
        });
    }

    async fn stop(mut self) {
        self.stop.store(true, SeqCst);
        while let Some(ended) = self.calling.join_next().await {
            ended.expect("every call succeeds");
        }
    }
}

fn call_last_release(scene: &Arc<Scene>) -> Callers {
    let mut callers = Callers::default();
    for written in &scene.by_last_release {
        let (scene, written) = (scene.clone(), written.clone());
        callers.begin(move |_| {
            let (scene, written) = (scene.clone(), written.clone());
            async move { in_time(scene.last_release.write(&written)).await }
        });
    }
    let scene = scene.clone();
    callers.begin(move |turn| {
        let scene = scene.clone();
        async move { scene.read_by_last_release(turn).await }
    });
    callers
}

/// Starts a server, and calls it as soon as it is ready.
async fn start(scene: &Arc<Scene>, number: usize) -> (TestServer, Callers) {
    let server = TestServer::on(scene.database.clone()).await;
    let owner = scene.owner.at(&server.base);
    let mut callers = Callers::default();
    let (written, writer) = (scene.by_servers[number].clone(), owner.clone());
    callers.begin(move |_| {
        let (written, writer) = (written.clone(), writer.clone());
        async move { written.write(&writer).await }
    });
    let scene = scene.clone();
    callers.begin(move |turn| {
        let (scene, reader) = (scene.clone(), owner.clone());
        async move { scene.read_at_server(number, &reader, turn).await }
    });
    (server, callers)
}

/// Checks that the database has every acknowledged write, and that servers show the same.
async fn check_agreement(scene: &Scene, servers: &[TestServer]) {
    for written in scene.all() {
        let last = written.acknowledged();
        assert!(last > 0, "nothing was written to {}", written.code);
        assert_eq!(scene.last_release.read(written).await, last);
        for server in servers {
            let reader = scene.owner.at(&server.base);
            for way in 0..3 {
                eventually("the last write", async || {
                    written.read(&reader, way).await == last
                })
                .await;
            }
        }
    }
}

/// Checks that the log has each write of the servers once, and what the last release did beside them.
async fn check_history(scene: &Scene, owner: &Actor) {
    // What the last release did last is logged by the next write.
    owner.make_feature("last", "usage").await;
    let changes = history::whole(owner).await;
    for written in &scene.by_servers {
        let path = "prices[yearly].price";
        let made = history::values(&changes, &written.plan, path, "api_key");
        let all: Vec<_> = (1..=written.acknowledged()).map(Value::from).collect();
        assert_eq!(made, all, "{}", written.code);
    }
    for written in &scene.by_last_release {
        let path = "prices[monthly].price";
        let found = history::values(&changes, &written.plan, path, "system");
        assert_eq!(
            found.last(),
            Some(&written.acknowledged().into()),
            "{found:?}"
        );
        assert!(found.is_sorted_by_key(Value::as_i64), "{found:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn last_release_is_replaced_under_load() {
    let scene = Scene::begin().await;
    let old = call_last_release(&scene);
    tokio::time::sleep(BEFORE).await;
    let began = Instant::now();
    let (one, other) = tokio::join!(start(&scene, 0), start(&scene, 1));
    let ready_after = began.elapsed();
    assert!(ready_after < READY_WITHIN, "ready after {ready_after:?}");
    tokio::time::sleep(TOGETHER).await;
    old.stop().await;
    tokio::time::sleep(AFTER).await;
    let mut servers = Vec::new();
    for (server, callers) in [one, other] {
        callers.stop().await;
        servers.push(server);
    }
    check_agreement(&scene, &servers).await;
    let at_one = scene.owner.at(&servers[0].base);
    check_history(&scene, &at_one).await;
    let writes: Vec<_> = scene.all().map(|written| written.acknowledged()).collect();
    println!(
        "upgrade on {}: ready after {ready_after:.1?}, {writes:?} writes, {:?}",
        database::name(),
        scene.reads
    );
    scene.reads.check();
}
