//! Many calls at once, on two servers of one database: every answer is one that some order of the
//! calls explains, and afterwards what has to hold holds.

use std::collections::BTreeMap;
use std::future::Future;

use reqwest::Method;
use sea_orm::{ConnectionTrait, DatabaseConnection, SqlErr};
use serde_json::{Value, json};
use tokio::task::JoinHandle;

use crate::support::making::{each, item};
use crate::support::{Actor, Reply, TestServer, eventually};

mod editors;
mod plans;
mod prices;

/// How many calls are made at once.
const CALLS: usize = 24;
/// How often two calls are set against each other.
const ROUNDS: usize = 12;
const INTERVALS: [&str; 5] = ["weekly", "monthly", "quarterly", "yearly", "one_time"];

/// Two servers of one database, and the same owner at each.
struct Pair {
    servers: [TestServer; 2],
    owners: [Actor; 2],
}

impl Pair {
    async fn start() -> Self {
        let first = TestServer::start().await;
        let second = TestServer::on(first.database.clone()).await;
        let owner = first.owner().await;
        let owners = [owner.clone(), owner.at(&second.base)];
        let pair = Self {
            servers: [first, second],
            owners,
        };
        // The connections are there before the race is on; else the calls would come in as slowly
        // as these are made, one after the other.
        let warm_up = pair.at_once(CALLS, |owner, _| async move { owner.get("/plans").await });
        all_succeeded(&warm_up.await);
        pair
    }

    fn owner(&self) -> &Actor {
        &self.owners[0]
    }

    /// Makes calls at once, by turns on each server; the answers are in the order of the calls.
    async fn at_once<F: Future<Output = Reply> + Send + 'static>(
        &self,
        calls: usize,
        call: impl Fn(Actor, usize) -> F,
    ) -> Vec<Reply> {
        let started = (0..calls).map(|at| tokio::spawn(call(self.owners[at % 2].clone(), at)));
        all(started.collect()).await
    }

    /// All plans, as soon as both servers have heard of what the other one wrote.
    async fn list(&self) -> Value {
        let read = async |owner: &Actor| {
            let listed = owner.get("/plans?includePrivate=true").await;
            listed.data().clone()
        };
        let [one, other] = &self.owners;
        eventually("the same plans on both servers", async || {
            read(one).await == read(other).await
        })
        .await;
        read(one).await
    }
}

async fn all(started: Vec<JoinHandle<Reply>>) -> Vec<Reply> {
    let mut replies = Vec::new();
    for call in started {
        replies.push(call.await.expect("the call ends well"));
    }
    replies
}

/// How many answers there are of each kind: `ok`, or the code of the refusal.
fn tally(replies: &[Reply]) -> BTreeMap<&str, usize> {
    let mut tally = BTreeMap::new();
    for reply in replies {
        let kind = match reply.status {
            200 => "ok",
            _ => reply.body["error"]["code"].as_str().expect("a code"),
        };
        *tally.entry(kind).or_default() += 1;
    }
    tally
}

/// Checks that exactly one call succeeded and that all others were refused with a code.
#[track_caller]
fn one_won(replies: &[Reply], code: &str) {
    let wanted = BTreeMap::from([("ok", 1), (code, replies.len() - 1)]);
    assert_eq!(tally(replies), wanted);
}

#[track_caller]
fn all_succeeded(replies: &[Reply]) {
    assert_eq!(tally(replies), BTreeMap::from([("ok", replies.len())]));
}

/// Checks what has to hold of a list of plans, whatever happened before.
#[track_caller]
fn check_invariants(plans: &Value) {
    let plans = plans.as_array().expect("a list");
    let wanted = usize::from(!plans.is_empty());
    assert_eq!(defaults(plans), wanted, "the default plans of {plans:?}");
    for plan in plans {
        let prices = plan["prices"].as_array().expect("prices");
        let wanted = usize::from(!prices.is_empty());
        assert_eq!(defaults(prices), wanted, "the default prices of {plan}");
        check_derived(plan);
    }
}

fn defaults(items: &[Value]) -> usize {
    items
        .iter()
        .filter(|item| item["isDefault"] == true)
        .count()
}

/// Checks that every derived price is its base at the plan's rate. The tests here use currencies
/// with two digits and rates that are integers, so that this is a plain product.
#[track_caller]
fn check_derived(plan: &Value) {
    for price in plan["prices"].as_array().expect("prices") {
        for regional in price["regionalPrices"].as_array().expect("regional prices") {
            let currency = regional["currency"].as_str().expect("a currency");
            let rate = &item(&plan["exchangeRates"], "currency", currency)["exchangeRate"];
            let product = price["price"].as_i64().unwrap() * rate.as_i64().unwrap();
            assert_eq!(regional["price"], product, "{plan}");
        }
    }
}
