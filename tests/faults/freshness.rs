//! Answers come from memory, and are never older than promised: at the server that wrote not at
//! all, at another one not by more than a second.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::time::Instant;

use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::serving::SHOWN_WITHIN;
use super::written::{Reads, Written};
use crate::support::making::item;
use crate::support::{Actor, TestServer, eventually};

const WRITES: usize = 80;

/// Writes to plans at one server, reads them at another, and calls `check` for each read.
async fn read_while_written(
    writer: &Actor,
    reader: &Actor,
    check: impl Fn(&Written, Instant, i64, i64) + Clone + Send + 'static,
) {
    let mut plans = Vec::new();
    for code in ["a", "b", "c"] {
        plans.push(Written::new(writer, code).await);
    }
    let done = Arc::new(AtomicBool::new(false));
    let mut readers = JoinSet::new();
    for way in 0..6 {
        let (plan, reader) = (plans[way % plans.len()].clone(), reader.clone());
        let (done, check) = (done.clone(), check.clone());
        readers.spawn(async move {
            // The plan itself has to arrive before its changes can.
            tokio::time::sleep(SHOWN_WITHIN * 2).await;
            while !done.load(SeqCst) {
                let (asked, least) = (Instant::now(), plan.acknowledged());
                let shown = plan.read(&reader, way).await;
                assert!(
                    shown <= plan.begun(),
                    "the price of a write that was never sent"
                );
                check(&plan, asked, least, shown);
            }
        });
    }
    let mut writers = JoinSet::new();
    for plan in plans {
        let writer = writer.clone();
        writers.spawn(async move {
            tokio::time::sleep(SHOWN_WITHIN * 2).await;
            for _ in 0..WRITES {
                plan.write(&writer).await;
            }
        });
    }
    while let Some(written) = writers.join_next().await {
        written.expect("the writes");
    }
    done.store(true, SeqCst);
    while let Some(read) = readers.join_next().await {
        read.expect("the reads");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn own_writes_show_at_once() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    read_while_written(&owner, &owner, |plan, _, least, shown| {
        assert!(shown >= least, "{}: {shown} after {least}", plan.code);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn writes_show_elsewhere_within_a_second() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let other = TestServer::on(server.database.clone()).await;
    let reader = owner.at(&other.base);
    let reads = Arc::new(Reads::default());
    let counted = reads.clone();
    read_while_written(&owner, &reader, move |plan, asked, _, shown| {
        counted.note(plan, asked, shown);
    })
    .await;
    reads.check();
}

#[tokio::test]
async fn a_plan_changes_with_everything_that_it_shows() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let id = owner.make_plan("pro", json!({})).await;
    let feature = owner.make_feature("calls", "usage").await;
    let features = format!("/plans/{id}/features");
    let attached = json!({"featureId": feature, "overage": {"enabled": true, "unitPrice": 20}});
    let price = owner.make_price(&id, "monthly", 4900, json!({})).await;
    let prices = format!("/plans/{id}/prices/{price}");
    let rate = json!({"currency": "jpy", "exchangeRate": 150});
    let group = owner.post("/plan-groups", json!({"name": "Group"})).await;
    let group = format!("/plan-groups/{}", group.id());
    let changes = [
        owner
            .request(reqwest::Method::POST, &features)
            .json(&attached),
        owner
            .request(reqwest::Method::PUT, "/features/calls/manage")
            .json(&json!({"name": "Renamed"})),
        owner
            .request(reqwest::Method::PUT, &prices)
            .json(&json!({"price": 5900})),
        owner
            .request(reqwest::Method::PUT, &format!("/plans/{id}/regional"))
            .json(&rate),
        owner.request(reqwest::Method::DELETE, &format!("{prices}/regional")),
        owner
            .request(reqwest::Method::POST, &format!("{group}/plans"))
            .json(&json!({"planId": id, "sortOrder": 7})),
        owner
            .request(reqwest::Method::PUT, &format!("{group}/plans/reorder"))
            .json(&json!({"planIds": [id]})),
        owner.request(reqwest::Method::DELETE, &group),
        owner.request(reqwest::Method::DELETE, &format!("{features}/{feature}")),
        owner.request(reqwest::Method::DELETE, &prices),
        owner
            .request(reqwest::Method::PUT, "/plans/pro/visibility")
            .json(&json!({"isPublic": false})),
    ];
    let everywhere = async || {
        let listed = owner.get("/plans?includePrivate=true").await;
        let listed = item(listed.data(), "id", &id).clone();
        let shown = [owner.show_plan(&id).await, owner.show_plan("pro").await];
        assert_eq!(shown[0], shown[1]);
        assert_eq!(shown[0], listed);
        listed
    };
    let mut before = everywhere().await;
    for change in changes {
        let told = format!("{change:?}");
        owner.send(change).await.data();
        let after = everywhere().await;
        assert_ne!(before, after, "{told}");
        before = after;
    }
    owner.delete("/plans/pro/manage").await.data();
    for name in [id.as_str(), "pro"] {
        owner
            .get(&format!("/plans/{name}"))
            .await
            .refused(404, "plan_not_found");
    }
    let again = owner.make_plan("pro", json!({})).await;
    assert_eq!(owner.show_plan("pro").await["id"], Value::from(again));
}

#[tokio::test]
async fn what_another_program_writes_is_noticed() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    owner.make_plan("pro", json!({})).await;
    owner.show_plan("pro").await;
    // As a program does that knows nothing of revisions at plans.
    let updates = [
        "UPDATE plans SET name = 'Other' WHERE code = 'pro'",
        "UPDATE scopes SET revision = revision + 1",
    ];
    server.database.execute(&updates).await;
    eventually("the new name", async || {
        let listed = owner.get("/plans").await;
        owner.show_plan("pro").await["name"] == "Other"
            && item(listed.data(), "code", "pro")["name"] == "Other"
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_name_is_looked_up_once() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let mut asking = JoinSet::new();
    for _ in 0..128 {
        let owner = owner.clone();
        asking.spawn(async move { owner.get("/plans/nobody").await });
    }
    while let Some(reply) = asking.join_next().await {
        reply.expect("a reply").refused(404, "plan_not_found");
    }
    let before = server.app.metrics().misses;
    for _ in 0..50 {
        let reply = owner.get("/plans/nobody").await;
        reply.refused(404, "plan_not_found");
    }
    assert_eq!(server.app.metrics().misses, before);
}

#[tokio::test]
async fn a_missing_name_can_be_taken() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let other = TestServer::on(server.database.clone()).await;
    let reader = owner.at(&other.base);
    for round in 0..3 {
        let code = format!("plan_{round}");
        let path = format!("/plans/{code}");
        for actor in [&owner, &reader] {
            let reply = actor.get(&path).await;
            reply.refused(404, "plan_not_found");
        }
        let id = owner.make_plan(&code, json!({})).await;
        assert_eq!(owner.get(&path).await.id(), id);
        eventually("the plan at the other server", async || {
            reader.get(&path).await.status == 200
        })
        .await;
    }
}
