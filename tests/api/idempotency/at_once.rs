//! Concurrent calls with one idempotency key.

use super::*;

/// Sends the same call many times concurrently, from each of the actors in turn.
async fn at_once(actors: &[Actor], times: usize) -> Vec<Reply> {
    let mut calls = JoinSet::new();
    for actor in actors.iter().cycle().take(times) {
        let actor = actor.clone();
        calls.spawn(async move { group(&actor, "one", "Teams").await });
    }
    calls.join_all().await
}

#[track_caller]
fn check_one_change(replies: &[Reply], listed: &[String]) {
    for reply in replies {
        assert_eq!(reply.data(), replies[0].data());
    }
    let fresh = replies.iter().filter(|reply| !is_replayed(reply)).count();
    assert_eq!(fresh, 1, "one call made the change");
    assert_eq!(listed, [replies[0].id()]);
}

#[tokio::test]
async fn many_identical_calls_at_once_make_one_change() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let replies = at_once(std::slice::from_ref(&owner), 24).await;
    check_one_change(&replies, &ids(&owner.get("/plan-groups").await));
}

#[tokio::test]
async fn same_calls_on_two_servers_count_once() {
    let server = TestServer::start().await;
    let other = TestServer::on(server.database.clone()).await;
    let owner = server.owner().await;
    let replies = at_once(&[owner.clone(), owner.at(&other.base)], 24).await;
    check_one_change(&replies, &ids(&owner.get("/plan-groups").await));
}

#[tokio::test]
async fn different_calls_with_one_key_count_once() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let mut calls = JoinSet::new();
    for number in 0..12 {
        let owner = owner.clone();
        calls.spawn(async move { group(&owner, "one", &format!("Group {number}")).await });
    }
    let replies = calls.join_all().await;
    let (made, refused): (Vec<_>, Vec<_>) = replies.iter().partition(|reply| reply.status == 200);
    assert_eq!(made.len(), 1);
    for reply in refused {
        reply.refused(409, "idempotency_key_mismatch");
    }
    assert_eq!(ids(&owner.get("/plan-groups").await), [made[0].id()]);
}
