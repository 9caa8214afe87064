//! A server that is killed while it applies a changeset: it is applied whole or not at all.

use std::sync::Arc;

use serde_json::{Value, json};

use super::serving::{Serving, pause};
use super::size::sized;
use crate::model::dice::Dice;
use crate::support::Actor;
use crate::support::database::TestDatabase;

/// How many plans a changeset makes or changes, so that applying it takes a while.
const PLANS: usize = 60;
/// The maximum time before the server is killed, in milliseconds.
const LONGEST_LIFE: usize = 250;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_kill_leaves_a_changeset_whole_or_undone() {
    let database = Arc::new(TestDatabase::new().await);
    let mut server = Serving::start(database);
    let owner = server.actor("shop", "sandbox");
    let mut dice = Dice::new(7);
    let (mut applied, mut undone) = (0, 0);
    for round in 0..sized(4, 100) {
        let before = plans(&owner).await;
        let changeset = planned(&owner, round).await;
        let path = format!("/changesets/{}", changeset["id"].as_str().expect("an id"));
        let body = json!({"digest": changeset["digest"]});
        let apply = owner.request(reqwest::Method::POST, &format!("{path}/apply"));
        let applying = tokio::spawn({
            let (owner, request) = (owner.clone(), apply.json(&body));
            async move { owner.try_send(request).await }
        });
        pause(&mut dice, LONGEST_LIFE).await;
        server.kill();
        let told = applying.await.expect("no panic");
        server.start_again();
        let after = plans(&owner).await;
        let status = owner.get(&path).await.data()["status"].clone();
        let is_whole = after.iter().filter(|plan| is_of(plan, round)).count() == PLANS;
        match status.as_str() {
            Some("applied") => {
                assert!(is_whole, "round {round} is half applied");
                applied += 1;
            }
            Some("open") => {
                assert!(told.is_err(), "round {round} was applied and is lost");
                assert_eq!(after, before, "round {round} left something behind");
                undone += 1;
            }
            _ => panic!("{status}"),
        }
        check_log(&owner, round, is_whole).await;
    }
    println!("kill -9 while applying: {applied} applied, {undone} undone, none half");
}

async fn plans(owner: &Actor) -> Vec<Value> {
    let plans = owner.get("/plans?includePrivate=true").await;
    plans.data().as_array().expect("a list").clone()
}

fn is_of(plan: &Value, round: usize) -> bool {
    plan["name"] == format!("Round {round}")
}

/// A changeset that gives every plan a new name and price; the first one makes them.
async fn planned(owner: &Actor, round: usize) -> Value {
    let plan = |number: usize| {
        let prices = json!({"monthly": {"price": format!("{}.00", 10 + round)}});
        let regional = json!({"eur": {"rate": "0.92"}, "jpy": {"rate": "150"}});
        let plan =
            json!({"name": format!("Round {round}"), "prices": prices, "regional": regional});
        (format!("plan_{number}"), plan)
    };
    let plans: serde_json::Map<String, Value> = (0..PLANS).map(plan).collect();
    let source = json!({"document": {"pricebook": 1, "plans": plans}});
    let changeset = owner.post("/changesets", json!({"source": source})).await;
    changeset.data().clone()
}

/// An applied changeset is one change, and one that was not leaves none.
async fn check_log(owner: &Actor, round: usize, is_whole: bool) {
    let newest = owner.get("/changes?limit=1&objectType=plan").await;
    let newest = newest.data()[0].clone();
    let objects = newest["objects"].as_array();
    let named = objects.is_some_and(|objects| {
        objects.len() == PLANS && objects.iter().all(|object| is_of(object, round))
    });
    assert_eq!(named, is_whole, "round {round}: {newest}");
}
