//! A server that is killed while it writes.

use std::sync::Arc;

use sea_orm::DatabaseConnection;

use super::beside::connect;
use super::check::Findings;
use super::load::Load;
use super::postgres::servers;
use super::serving::{Serving, pause};
use super::size::sized;
use super::sqlite::check_file;
use crate::model::dice::Dice;
use crate::support::database::{self, TestDatabase, is_postgres};
use crate::support::eventually;

const SEED: u64 = 1;
const WRITERS: usize = 8;
/// The maximum time before the server is killed, in milliseconds.
const LONGEST_LIFE: usize = 300;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_acknowledged_survives_every_kill() {
    let kills = if is_postgres() {
        sized(3, 50)
    } else {
        sized(3, 200)
    };
    let database = Arc::new(TestDatabase::new().await);
    let mut server = Serving::start(database.clone());
    let direct = connect(database.address()).await;
    let mut load = Load::new(server.scopes(), WRITERS, SEED).await;
    let mut dice = Dice::new(SEED);
    let mut findings = Findings::default();
    for _ in 0..kills {
        let kill = async {
            pause(&mut dice, LONGEST_LIFE).await;
            server.kill();
        };
        load.during(kill).await;
        let left_behind = connections(&direct).await;
        if dice.chance(20) {
            server.kill_while_starting(&mut dice).await;
        }
        server.start_again();
        wait_for_end(&direct, &left_behind).await;
        findings.check(&mut load).await;
    }
    findings.check_all(&mut load).await;
    if !is_postgres() {
        check_file(&direct).await;
    }
    let counts = load.counts();
    let database = database::name();
    println!("kill -9 on {database}: {kills} kills, {counts}, {findings}, lost 0");
}

/// The server's connections to PostgreSQL, which outlive it while they execute a statement.
async fn connections(direct: &DatabaseConnection) -> Vec<i32> {
    if is_postgres() {
        servers(direct, "true").await
    } else {
        Vec::new()
    }
}

async fn wait_for_end(direct: &DatabaseConnection, left_behind: &[i32]) {
    let have_ended = async || {
        let now = connections(direct).await;
        left_behind.iter().all(|pid| !now.contains(pid))
    };
    eventually("the end of old connections", have_ended).await;
}
