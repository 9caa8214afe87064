//! Concurrent calls on two servers of one database: some order of the calls explains every answer,
//! and the invariants hold afterwards.

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

/// The number of concurrent calls.
const CALLS: usize = 24;
/// The number of times that two calls race each other.
const ROUNDS: usize = 12;
const INTERVALS: [&str; 5] = ["weekly", "monthly", "quarterly", "yearly", "one_time"];

/// Two servers of one database, with the same owner on each.
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
        // Opens the connections before the race; otherwise the calls would arrive one after the
        // other as the connections are opened.
        let warm_up = pair.at_once(CALLS, |owner, _| async move { owner.get("/plans").await });
        all_succeeded(&warm_up.await);
        pair
    }

    fn owner(&self) -> &Actor {
        &self.owners[0]
    }

    /// Makes concurrent calls, alternating between the servers; the answers are in the order of the
    /// calls.
    async fn at_once<F: Future<Output = Reply> + Send + 'static>(
        &self,
        calls: usize,
        call: impl Fn(Actor, usize) -> F,
    ) -> Vec<Reply> {
        let started = (0..calls).map(|at| tokio::spawn(call(self.owners[at % 2].clone(), at)));
        all(started.collect()).await
    }

    /// All plans, once each server has seen the other's writes.
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
        replies.push(call.await.expect("the call succeeds"));
    }
    replies
}

/// The number of answers of each kind: `ok`, or the code of the refusal.
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

/// Checks the invariants of a list of plans.
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
/// with two digits and integer rates, so that this is a plain product.
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
