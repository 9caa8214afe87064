//! Servers on one PostgreSQL that are killed and restarted during random walks: a client that sends
//! failed calls again to the next server notices nothing.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use futures_util::future::{join_all, try_join_all};

use super::catalog::Catalog;
use super::serving::{SHOWN_WITHIN, Serving, pause};
use super::size::sized;
use crate::model::api;
use crate::model::dice::Dice;
use crate::model::walk::walk_with_restarts;
use crate::support::Actor;
use crate::support::database::TestDatabase;

const SEED: u64 = 3;
const REPLICAS: usize = 3;
/// The maximum time that a server is down, and that all are up, in milliseconds.
const LONGEST_DOWNTIME: usize = 200;
const LONGEST_UPTIME: usize = 400;
/// Organizations and modes.
const SCOPES: [(&str, &str); 4] = [
    ("shop", "sandbox"),
    ("shop", "live"),
    ("mill", "sandbox"),
    ("mill", "live"),
];

/// Kills and restarts servers until it is told to stop; sometimes two are down at a time.
async fn kill_one_after_the_other(
    mut replicas: Vec<Serving>,
    stop: Arc<AtomicBool>,
) -> (Vec<Serving>, usize) {
    let mut dice = Dice::new(SEED);
    let mut kills = 0;
    while !stop.load(Ordering::SeqCst) {
        pause(&mut dice, LONGEST_UPTIME).await;
        dice.shuffle(&mut replicas);
        let victims = if dice.chance(25) { 2 } else { 1 };
        for victim in &mut replicas[..victims] {
            victim.kill();
            kills += 1;
            pause(&mut dice, LONGEST_DOWNTIME).await;
        }
        for victim in &mut replicas[..victims] {
            victim.start_again();
        }
    }
    (replicas, kills)
}

/// Checks that the objects of one scope do not exist in the others; returns the number of checks.
async fn check_apart(actors: &[Actor]) -> usize {
    let catalogs = join_all(actors.iter().map(Catalog::read)).await;
    let mut asked = 0;
    for (own, catalog) in catalogs.iter().enumerate() {
        for path in catalog.paths() {
            for (other, actor) in actors.iter().enumerate() {
                let found = actor.get(&path).await.status;
                assert_eq!(found, if other == own { 200 } else { 404 }, "{path}");
                asked += usize::from(other != own);
            }
        }
    }
    assert!(asked > 0, "the walks left no objects");
    asked
}

/// Tests that apply only to PostgreSQL.
mod only_postgres {
    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 3)]
    async fn walks_over_killed_replicas_agree() {
        let steps = sized(60, 2_000);
        let database = Arc::new(TestDatabase::new().await);
        let replicas: Vec<_> = (0..REPLICAS)
            .map(|_| Serving::start(database.clone()))
            .collect();
        let bases: Vec<_> = replicas.iter().map(Serving::base).collect();
        let actors = SCOPES.map(|(organization, mode)| replicas[0].actor(organization, mode));
        let stop = Arc::new(AtomicBool::new(false));
        let killing = tokio::spawn(kill_one_after_the_other(replicas, stop.clone()));
        let walks = actors.iter().zip(SEED..).map(|(actor, seed)| {
            let apis = bases.iter().map(|base| api(&actor.at(base)));
            let apis: Vec<_> = apis.collect();
            async move { walk_with_restarts(&apis, seed, steps).await }
        });
        let walked = try_join_all(walks).await;
        stop.store(true, Ordering::SeqCst);
        let (_replicas, kills) = killing.await.expect("the killing task succeeds");
        let sent_again: usize = walked
            .unwrap_or_else(|report| panic!("{report}"))
            .iter()
            .sum();
        // After that, every server shows the writes of the others.
        tokio::time::sleep(SHOWN_WITHIN).await;
        let strangers = check_apart(&actors).await;
        println!(
            "replicas: {kills} kills of {REPLICAS} servers, {} walks of {steps} steps, \
             {sent_again} calls sent again, {strangers} calls for objects of other scopes, lost 0",
            SCOPES.len(),
        );
    }
}
