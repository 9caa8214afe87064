//! A PostgreSQL that is stopped, killed, restarted, paused, cut off and full, while clients write.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use sea_orm::DatabaseConnection;

use super::beside::connect;
use super::check::Findings;
use super::load::{Load, QUIET, check_well_again};
use super::others::Others;
use super::postgres::{Postgres, cut, servers};
use super::serving::{SHOWN_WITHIN, Serving, pause};
use super::size::sized;
use super::writer::Refused;
use crate::model::dice::Dice;
use crate::support::database::TestDatabase;
use crate::support::promise::{ANSWERED_WITHIN, check_refused, in_time};
use crate::support::{Actor, eventually};

const SEED: u64 = 2;
const WRITERS: usize = 6;

#[derive(Debug, Clone, Copy)]
enum Fault {
    Stopped,
    Killed,
    Restarted,
    Paused,
    Cut,
    Full,
}

const FAULTS: [Fault; 6] = [
    Fault::Stopped,
    Fault::Killed,
    Fault::Restarted,
    Fault::Paused,
    Fault::Cut,
    Fault::Full,
];

/// A server, and the PostgreSQL that fails under it.
struct Scene {
    postgres: Postgres,
    server: Serving,
    dice: Dice,
}

impl Scene {
    async fn begin() -> Self {
        let postgres = Postgres::start();
        let database = TestDatabase::on(&postgres.admin).await;
        Self {
            postgres,
            server: Serving::start(Arc::new(database)),
            dice: Dice::new(SEED),
        }
    }

    /// A new connection, which no earlier fault has cut.
    async fn direct(&self) -> DatabaseConnection {
        connect(self.server.database.address()).await
    }

    /// Makes the database unavailable for a while, and then available again.
    async fn cause(&mut self, fault: Fault) {
        match fault {
            Fault::Stopped => self.between("stop", "start", 2_500).await,
            Fault::Killed => self.between("kill", "start", 2_500).await,
            Fault::Restarted => self.between("stop", "start", 0).await,
            Fault::Paused => self.between("pause", "continue", 5_000).await,
            Fault::Cut => {
                let direct = self.direct().await;
                for _ in 0..5 {
                    cut(&direct).await;
                    pause(&mut self.dice, 100).await;
                }
            }
            Fault::Full => {
                let direct = self.direct().await;
                let others = Others::take_all(&self.postgres.admin, &direct).await;
                pause(&mut self.dice, 2_500).await;
                others.leave().await;
            }
        }
    }

    async fn between(&mut self, begin: &str, end: &str, most_millis: usize) {
        self.postgres.tell(begin);
        pause(&mut self.dice, most_millis).await;
        self.postgres.tell(end);
    }

    /// Waits until the database is idle, and the server shows everything in it.
    async fn settle(&self) {
        let direct = self.direct().await;
        let is_idle = async || {
            for _ in 0..10 {
                if !servers(&direct, "state <> 'idle'").await.is_empty() {
                    return false;
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            true
        };
        eventually("an idle database", is_idle).await;
        tokio::time::sleep(SHOWN_WITHIN).await;
    }
}

/// The outcomes of reads.
#[derive(Debug, Default)]
struct Reads {
    answered: AtomicUsize,
    refused: AtomicUsize,
}

impl Reads {
    /// Reads until it is told to stop. A cached plan can always be read; every other read may be
    /// refused.
    async fn go_on(&self, actor: &Actor) {
        let written = ["/plans", "/plans/w0_plan", "/features"];
        for path in written.iter().cycle() {
            in_time(actor.get(&format!("/plans/{QUIET}"))).await.data();
            let reply = in_time(actor.get(path)).await;
            if reply.status == 200 {
                self.answered.fetch_add(2, Ordering::Relaxed);
            } else {
                check_refused(&reply);
                self.answered.fetch_add(1, Ordering::Relaxed);
                self.refused.fetch_add(1, Ordering::Relaxed);
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

/// A killed server that cannot get a connection when it starts again exits with an error message.
async fn start_without_a_connection(scene: &mut Scene, load: &mut Load) {
    let kill = async {
        pause(&mut scene.dice, 300).await;
        scene.server.kill();
    };
    load.during(kill).await;
    let direct = scene.direct().await;
    let others = Others::take_all(&scene.postgres.admin, &direct).await;
    let (status, log) = scene.server.start_and_fail();
    assert_eq!(status.code(), Some(1), "{log}");
    assert!(log.contains("cannot open PostgreSQL at"), "{log}");
    others.leave().await;
    scene.server.start_again();
    scene.settle().await;
}

/// Tests that apply only to PostgreSQL.
mod only_postgres {
    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn writes_survive_outages_of_postgresql() {
        let mut scene = Scene::begin().await;
        let mut load = Load::new(scene.server.scopes(), WRITERS, SEED).await;
        for (number, writer) in load.writers.iter_mut().enumerate() {
            writer.patience = ANSWERED_WITHIN;
            if number % 2 == 0 {
                writer.when_refused = Refused::SendAgain;
            }
        }
        let (mut findings, reads) = (Findings::default(), Reads::default());
        let rounds = sized(1, 10);
        for fault in (0..rounds).flat_map(|_| FAULTS) {
            let reader = load.scopes[0].clone();
            let faults = async {
                pause(&mut scene.dice, 300).await;
                scene.cause(fault).await;
                check_well_again(&reader).await;
            };
            reader.show_plan(QUIET).await;
            let faults = async {
                tokio::select! {
                    () = faults => {}
                    () = reads.go_on(&reader) => {}
                }
            };
            load.during(faults).await;
            assert_eq!(load.counts().unanswered, 0, "{fault:?}");
            scene.settle().await;
            findings.check(&mut load).await;
        }
        start_without_a_connection(&mut scene, &mut load).await;
        findings.check_all(&mut load).await;
        let counts = load.counts();
        println!(
            "PostgreSQL away: {} faults, {counts}, {} reads answered and {} refused, {findings}, lost 0",
            rounds * FAULTS.len(),
            reads.answered.into_inner(),
            reads.refused.into_inner(),
        );
    }
}
