//! The feed: changes after a revision, for which clients may wait.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use tokio::task::JoinHandle;

use super::*;
use crate::support::database::TestDatabase;
use crate::support::program::{Running, actor, on};

/// Less than the time that clients are ready to wait, and much more than an answer takes.
const SOON: Duration = Duration::from_secs(25);

#[tokio::test]
async fn changes_after_a_revision_come_oldest_first() {
    let shop = Shop::open().await;
    let owner = &shop.owner;
    let last = head(owner).await;
    let whole = owner.get("/changes?after=0&limit=100").await;
    assert_eq!(revisions(&whole), (1..=last).collect::<Vec<_>>());
    let mut seen: Vec<i64> = Vec::new();
    let mut after = 0;
    loop {
        let page = owner.get(&format!("/changes?after={after}&limit=2")).await;
        assert_eq!(page.body["nextCursor"], Value::Null);
        assert_eq!(page.body["head"], last);
        let found = revisions(&page);
        seen.extend(&found);
        match found.last() {
            Some(found) => after = *found,
            None => break,
        }
        assert_eq!(page.body["hasMore"], after < last);
    }
    assert_eq!(seen, revisions(&whole));
    let future = owner.get(&format!("/changes?after={}", last + 5)).await;
    assert_eq!(future.data(), &json!([]));
}

/// Waits for what comes after a revision, in the background. As clients do, it asks again if the server
/// has too much to do.
fn follow(actor: &Actor, after: i64, query: &str) -> JoinHandle<Reply> {
    let (actor, path) = (
        actor.clone(),
        format!("/changes?after={after}&wait=30{query}"),
    );
    tokio::spawn(async move {
        loop {
            let reply = actor.get(&path).await;
            if reply.status != 503 {
                return reply;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    })
}

/// Gives waiting clients time to arrive. That a write comes while they wait is what the tests are
/// about, and they also pass if it comes earlier.
async fn let_them_wait() {
    tokio::time::sleep(Duration::from_millis(300)).await;
}

#[tokio::test]
async fn what_is_there_is_answered_at_once() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let began = Instant::now();
    let found = owner.get("/changes?after=0&wait=30").await;
    assert_eq!(revisions(&found), [1]);
    let none = owner.get("/changes?after=1&wait=0").await;
    assert_eq!(none.data(), &json!([]));
    assert!(began.elapsed() < SOON);
}

#[tokio::test]
async fn an_empty_answer_is_held_back_for_the_wait() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    // Longer than a call may take otherwise.
    let began = Instant::now();
    let empty = owner.get("/changes?after=1&wait=4").await;
    assert_eq!(empty.data(), &json!([]));
    assert_eq!(
        (&empty.body["hasMore"], &empty.body["head"]),
        (&json!(false), &json!(1))
    );
    let took = began.elapsed();
    assert!(took >= Duration::from_secs(4) && took < SOON, "{took:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_write_on_any_server_ends_the_wait() {
    let server = TestServer::start().await;
    let other = TestServer::on(server.database.clone()).await;
    let owner = server.owner().await;
    for writer in [&owner, &owner.at(&other.base)] {
        let before = head(&owner).await;
        let waiting = [
            follow(&owner, before, ""),
            follow(&owner.at(&other.base), before, ""),
        ];
        let_them_wait().await;
        let began = Instant::now();
        let name = format!("Group {before}");
        writer
            .post("/plan-groups", json!({"name": name}))
            .await
            .data();
        for waiting in waiting {
            let found = waiting.await.expect("an answer");
            assert_eq!(revisions(&found), [before + 1]);
            assert_eq!(found.data()[0]["objects"][0]["name"], name.as_str());
        }
        assert!(began.elapsed() < SOON);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wait_goes_on_until_a_change_fits() {
    let shop = Shop::open().await;
    let before = head(&shop.owner).await;
    let waiting = follow(&shop.owner, before, "&objectId=calls");
    let_them_wait().await;
    shop.change(json!({"price": 5000})).await.data();
    shop.owner.make_feature("other", "usage").await;
    let_them_wait().await;
    assert!(!waiting.is_finished());
    let rename = json!({"name": "API calls"});
    shop.owner
        .put("/features/calls/manage", rename)
        .await
        .data();
    let found = waiting.await.expect("an answer");
    assert_eq!(revisions(&found), [before + 3]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_write_elsewhere_or_in_vain_does_not_end_the_wait() {
    let shop = Shop::open().await;
    let before = head(&shop.owner).await;
    let waiting = follow(&shop.owner, before, "");
    let_them_wait().await;
    let rival = shop.server.actor("rival", Mode::Sandbox).await;
    rival.make_plan("pro", json!({})).await;
    shop.change(json!({"price": 4900})).await.data();
    let dry = shop
        .owner
        .post("/plan-groups?dryRun=true", json!({"name": "Dry"}));
    dry.await.data();
    let_them_wait().await;
    assert!(!waiting.is_finished());
    shop.change(json!({"price": 5000})).await.data();
    assert_eq!(revisions(&waiting.await.expect("an answer")), [before + 1]);
}

#[tokio::test(flavor = "multi_thread")]
async fn many_clients_wait_at_once() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let waiting: Vec<_> = (0..200).map(|_| follow(&owner, 1, "")).collect();
    let_them_wait().await;
    let began = Instant::now();
    owner.make_plan("pro", json!({})).await;
    for found in join_all(waiting).await {
        assert_eq!(revisions(&found.expect("an answer")), [2]);
    }
    assert!(began.elapsed() < SOON, "{:?}", began.elapsed());
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_goes_on_from_the_last_change_gets_each_once() {
    const WRITES: usize = 30;
    let server = TestServer::start().await;
    let other = TestServer::on(server.database.clone()).await;
    let owner = server.owner().await;
    let follower = {
        let reader = owner.at(&other.base);
        tokio::spawn(async move {
            let (mut after, mut seen) = (1, Vec::new());
            while seen.len() < WRITES {
                let page = follow(&reader, after, "&limit=7").await.expect("an answer");
                let found = revisions(&page);
                after = *found.last().expect("a change");
                seen.extend(found);
            }
            seen
        })
    };
    for number in 0..WRITES {
        let writer = owner.at([&server.base, &other.base][number % 2]);
        writer.make_feature(&format!("f_{number}"), "usage").await;
    }
    let seen = tokio::time::timeout(SOON, follower).await;
    let expected: Vec<_> = (2..).take(WRITES).collect();
    assert_eq!(seen.expect("in time").expect("an end"), expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_stops_answers_those_who_wait() {
    let database = TestDatabase::new().await;
    let server = Running::start(&mut on(&database, &[]));
    let owner = actor(&database, &server.base);
    let before = head(&owner).await;
    let waiting: Vec<_> = (0..5).map(|_| follow(&owner, before, "")).collect();
    let_them_wait().await;
    let began = Instant::now();
    server.signal("TERM");
    for found in join_all(waiting).await {
        let found = found.expect("an answer");
        assert_eq!(found.data(), &json!([]));
        assert_eq!(found.body["head"], before);
    }
    let (status, _, log) = server.end();
    assert_eq!(status.code(), Some(0), "{log}");
    assert!(began.elapsed() < SOON, "{:?}", began.elapsed());
}
