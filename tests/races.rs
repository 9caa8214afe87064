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

#[tokio::test(flavor = "multi_thread")]
async fn many_defaults_at_once_leave_one() {
    let pair = Pair::start().await;
    pair.owner().make_plan("pro", json!({})).await;
    let mut paths = Vec::new();
    for interval in INTERVALS {
        let price = pair.owner().make_price("pro", interval, 1, json!({})).await;
        paths.push(format!("/plans/pro/prices/{price}"));
    }
    let replies = pair.at_once(CALLS * 3 / 2, |owner, at| {
        let path = paths[at % paths.len()].clone();
        async move {
            match at % 3 {
                // Both ways to say it.
                0 => owner.put(&path, json!({"isDefault": true})).await,
                1 => owner.put(&format!("{path}/default"), json!({})).await,
                // What is read meanwhile has one default as well.
                _ => {
                    let list = owner.get("/plans").await;
                    check_invariants(list.data());
                    list
                }
            }
        }
    });
    all_succeeded(&replies.await);
    check_invariants(&pair.list().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_prices_for_one_interval_one_is_added() {
    let pair = Pair::start().await;
    pair.owner().make_plan("pro", json!({})).await;
    let replies = pair.at_once(CALLS, |owner, at| async move {
        let body = json!({"billingInterval": "monthly", "price": at});
        owner.post("/plans/pro/prices", body).await
    });
    let replies = replies.await;
    one_won(&replies, "duplicate");
    let won = replies.iter().find(|reply| reply.status == 200).unwrap();
    let plans = pair.list().await;
    check_invariants(&plans);
    assert_eq!(each(&plans[0]["prices"], "id"), json!([won.id()]));
    assert_eq!(plans[0]["prices"][0]["price"], won.data()["price"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn many_first_prices_at_once_have_one_default() {
    let pair = Pair::start().await;
    for round in 0..ROUNDS {
        let code = format!("plan_{round}");
        pair.owner().make_plan(&code, json!({})).await;
        let replies = pair.at_once(INTERVALS.len(), |owner, at| {
            let path = format!("/plans/{code}/prices");
            let body =
                json!({"billingInterval": INTERVALS[at], "price": at, "isDefault": at % 2 == 0});
            async move { owner.post(&path, body).await }
        });
        all_succeeded(&replies.await);
    }
    let plans = pair.list().await;
    check_invariants(&plans);
    for plan in plans.as_array().unwrap() {
        assert_eq!(plan["prices"].as_array().unwrap().len(), INTERVALS.len());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_default_price_is_handed_on_once() {
    let pair = Pair::start().await;
    for round in 0..ROUNDS {
        let code = format!("plan_{round}");
        pair.owner().make_plan(&code, json!({})).await;
        let mut prices = Vec::new();
        for interval in ["weekly", "monthly", "yearly"] {
            prices.push(pair.owner().make_price(&code, interval, 1, json!({})).await);
        }
        let replies = pair.at_once(6, |owner, at| {
            let path = format!("/plans/{code}/prices/{}", prices[at / 3]);
            async move { owner.delete(&path).await }
        });
        let replies = replies.await;
        one_won(&replies[..3], "price_not_found");
        one_won(&replies[3..], "price_not_found");
        let plan = pair.owner().show_plan(&code).await;
        assert_eq!(each(&plan["prices"], "isDefault"), json!([true]));
    }
    check_invariants(&pair.list().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn derived_prices_follow_both_their_base_and_their_rate() {
    let pair = Pair::start().await;
    pair.owner().make_plan("pro", json!({})).await;
    let price = pair
        .owner()
        .make_price("pro", "monthly", 1000, json!({}))
        .await;
    let replies = pair.at_once(2 * CALLS, |owner, at| {
        let path = format!("/plans/pro/prices/{price}");
        async move {
            let number = at + 2;
            match at % 4 {
                0 => owner.put(&path, json!({"price": 1000 + number})).await,
                1 => {
                    let body = json!({"currency": "eur", "exchangeRate": number});
                    owner.put("/plans/pro/regional", body).await
                }
                2 => {
                    let body = json!({"currency": "brl", "exchangeRate": number});
                    owner.put("/plans/pro/regional", body).await
                }
                // What is read meanwhile is right as well.
                _ => {
                    let seen = owner.get("/plans/pro").await;
                    check_derived(seen.data());
                    seen
                }
            }
        }
    });
    all_succeeded(&replies.await);
    let plans = pair.list().await;
    check_invariants(&plans);
    let regional = &plans[0]["prices"][0]["regionalPrices"];
    assert_eq!(each(regional, "currency"), json!(["brl", "eur"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_added_beside_a_new_rate_is_priced_at_it() {
    let pair = Pair::start().await;
    pair.owner().make_feature("calls", "usage").await;
    for round in 0..ROUNDS {
        let code = format!("plan_{round}");
        pair.owner().make_plan(&code, json!({})).await;
        let replies = pair.at_once(3, |owner, at| {
            let plan = format!("/plans/{code}");
            // Who comes first is another one in every round.
            let turn = (at + round) % 3;
            async move {
                match turn {
                    0 => {
                        let body = json!({"currency": "eur", "exchangeRate": 3});
                        owner.put(&format!("{plan}/regional"), body).await
                    }
                    1 => {
                        let body = json!({"billingInterval": "monthly", "price": 1000});
                        owner.post(&format!("{plan}/prices"), body).await
                    }
                    _ => {
                        let overage = json!({"enabled": true, "unitPrice": 20});
                        let body = json!({"featureId": "calls", "overage": overage});
                        owner.post(&format!("{plan}/features"), body).await
                    }
                }
            }
        });
        all_succeeded(&replies.await);
        let plan = pair.owner().show_plan(&code).await;
        assert_eq!(plan["prices"][0]["regionalPrices"][0]["price"], 3000);
        assert_eq!(
            plan["features"][0]["regionalPrices"][0]["overageUnitPrice"],
            60
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_price_is_added_before_its_plan_is_deleted_or_not_at_all() {
    let pair = Pair::start().await;
    pair.owner().make_plan("first", json!({})).await;
    for round in 0..ROUNDS {
        pair.owner().make_plan("pro", json!({})).await;
        let replies = pair.at_once(2, |owner, at| async move {
            if (at + round) % 2 == 0 {
                owner.delete("/plans/pro/manage").await
            } else {
                let body = json!({"billingInterval": "monthly", "price": 1});
                owner.post("/plans/pro/prices", body).await
            }
        });
        let replies = replies.await;
        let (deleted, added) = (&replies[round % 2], &replies[(round + 1) % 2]);
        deleted.data();
        if added.status != 200 {
            added.refused(404, "plan_not_found");
        }
        pair.owner()
            .get("/plans/pro")
            .await
            .refused(404, "plan_not_found");
    }
    let plans = pair.list().await;
    check_invariants(&plans);
    assert_eq!(each(&plans, "code"), json!(["first"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_plans_with_one_code_one_is_made() {
    let pair = Pair::start().await;
    let mut made = Vec::new();
    for round in 0..ROUNDS {
        let code = format!("plan_{round}");
        let replies = pair.at_once(CALLS / 2, |owner, at| {
            let body = json!({"name": format!("Plan {at}"), "code": code});
            async move { owner.post("/plans/manage", body).await }
        });
        let replies = replies.await;
        one_won(&replies, "duplicate");
        let won = replies.iter().find(|reply| reply.status == 200).unwrap();
        made.push(won.data().clone());
    }
    let plans = pair.list().await;
    check_invariants(&plans);
    assert_eq!(plans, json!(made));
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_features_with_one_code_one_is_made() {
    let pair = Pair::start().await;
    let mut made = Vec::new();
    for round in 0..ROUNDS {
        let code = format!("feature_{round}");
        let replies = pair.at_once(CALLS / 2, |owner, at| {
            let body = json!({"name": format!("Feature {at}"), "code": code, "type": "usage"});
            async move { owner.post("/features/manage", body).await }
        });
        let replies = replies.await;
        one_won(&replies, "feature_already_exists");
        let won = replies.iter().find(|reply| reply.status == 200).unwrap();
        made.push(won.id().to_owned());
    }
    let features = pair.owner().get("/features").await;
    assert_eq!(each(features.data(), "id"), json!(made));
}

#[tokio::test(flavor = "multi_thread")]
async fn many_first_plans_at_once_have_one_default_and_a_place_each() {
    let pair = Pair::start().await;
    let replies = pair.at_once(CALLS, |owner, at| async move {
        let body = json!({"name": "Plan", "code": format!("plan_{at}")});
        owner.post("/plans/manage", body).await
    });
    all_succeeded(&replies.await);
    let plans = pair.list().await;
    check_invariants(&plans);
    let places: Vec<_> = (0..CALLS).collect();
    assert_eq!(each(&plans, "sortOrder"), json!(places));
    assert_eq!(plans[0]["isDefault"], true);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_default_plan_that_both_servers_delete_is_deleted_once() {
    let pair = Pair::start().await;
    for code in ["a", "b", "c", "d"] {
        pair.owner().make_plan(code, json!({})).await;
    }
    for (deleted, heir) in [("a", "b"), ("b", "c"), ("c", "d")] {
        let replies = pair.at_once(6, |owner, _| async move {
            owner.delete(&format!("/plans/{deleted}/manage")).await
        });
        one_won(&replies.await, "plan_not_found");
        let plans = pair.list().await;
        check_invariants(&plans);
        assert_eq!(item(&plans, "code", heir)["isDefault"], true);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn plans_that_come_and_go_at_once_leave_one_default() {
    let pair = Pair::start().await;
    for at in 0..CALLS {
        pair.owner()
            .make_plan(&format!("old_{at}"), json!({}))
            .await;
    }
    let replies = pair.at_once(2 * CALLS, |owner, at| async move {
        let number = at / 2;
        if at % 4 < 2 {
            owner.delete(&format!("/plans/old_{number}/manage")).await
        } else {
            let body = json!({"name": "New", "code": format!("new_{at}")});
            owner.post("/plans/manage", body).await
        }
    });
    let replies = replies.await;
    // Two calls in a row are for the same plan.
    for four in replies.chunks(4) {
        one_won(&four[..2], "plan_not_found");
        all_succeeded(&four[2..]);
    }
    check_invariants(&pair.list().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_that_is_put_into_two_groups_at_once_is_in_one() {
    let pair = Pair::start().await;
    let mut groups = Vec::new();
    for name in ["One", "Two"] {
        let group = pair
            .owner()
            .post("/plan-groups", json!({"name": name}))
            .await;
        groups.push(group.id().to_owned());
    }
    for round in 0..ROUNDS {
        let code = format!("plan_{round}");
        pair.owner().make_plan(&code, json!({})).await;
        let replies = pair.at_once(8, |owner, at| {
            // Each server is asked for each group.
            let path = format!("/plan-groups/{}/plans", groups[at / 2 % 2]);
            let body = json!({"planId": code});
            async move { owner.post(&path, body).await }
        });
        let replies = replies.await;
        one_won(&replies, "duplicate");
        let won = replies
            .iter()
            .position(|reply| reply.status == 200)
            .unwrap();
        let plan = pair.owner().show_plan(&code).await;
        assert_eq!(plan["planGroupId"], groups[won / 2 % 2]);
    }
    let mut members = 0;
    for group in groups {
        let group = pair.owner().get(&format!("/plan-groups/{group}")).await;
        members += group.data()["plans"].as_array().unwrap().len();
    }
    assert_eq!(members, ROUNDS);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_feature_is_added_to_a_plan_once() {
    let pair = Pair::start().await;
    pair.owner().make_plan("pro", json!({})).await;
    pair.owner().make_feature("calls", "usage").await;
    let replies = pair.at_once(CALLS, |owner, at| async move {
        let body = json!({"featureId": "calls", "includedAmount": at});
        owner.post("/plans/pro/features", body).await
    });
    let replies = replies.await;
    one_won(&replies, "feature_already_exists");
    let won = replies.iter().find(|reply| reply.status == 200).unwrap();
    let plan = pair.owner().show_plan("pro").await;
    let amounts = each(&plan["features"], "includedAmount");
    assert_eq!(amounts, json!([won.data()["includedAmount"]]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_feature_is_either_deleted_or_added_to_a_plan() {
    let pair = Pair::start().await;
    for round in 0..ROUNDS {
        let code = format!("feature_{round}");
        let plan = format!("plan_{round}");
        pair.owner().make_feature(&code, "usage").await;
        pair.owner().make_plan(&plan, json!({})).await;
        let replies = pair.at_once(2, |owner, at| {
            let (code, plan) = (code.clone(), plan.clone());
            async move {
                if (at + round) % 2 == 0 {
                    owner.delete(&format!("/features/{code}/manage")).await
                } else {
                    let path = format!("/plans/{plan}/features");
                    owner.post(&path, json!({"featureId": code})).await
                }
            }
        });
        let replies = replies.await;
        let (deleted, added) = (&replies[round % 2], &replies[(round + 1) % 2]);
        if deleted.status == 200 {
            added.refused(404, "feature_not_found");
        } else {
            deleted.refused(409, "feature_in_use");
            added.data();
        }
        let left = pair.owner().show_plan(&plan).await["features"]
            .as_array()
            .unwrap()
            .len();
        assert_eq!(left, usize::from(added.status == 200));
    }
}

/// Adds an editor to the list in the metadata of a plan, as often as it takes.
async fn sign(owner: Actor, editor: usize) -> Reply {
    for _ in 0..10_000 {
        let seen = owner.get("/plans/pro").await;
        let mut editors = seen.data()["metadata"]["editors"].clone();
        editors.as_array_mut().unwrap().push(json!(editor));
        let request = owner.request(Method::PUT, "/plans/pro/manage");
        let request = request.header("if-match", seen.header("etag").unwrap());
        let body = json!({"metadata": {"editors": editors}});
        let reply = owner.send(request.json(&body)).await;
        if reply.status == 200 {
            return reply;
        }
        reply.refused(412, "precondition_failed");
    }
    panic!("editor {editor} never had its turn");
}

#[tokio::test(flavor = "multi_thread")]
async fn editors_with_if_match_lose_no_update() {
    let pair = Pair::start().await;
    let empty = json!({"metadata": {"editors": []}});
    pair.owner().make_plan("pro", empty).await;
    all_succeeded(&pair.at_once(CALLS, sign).await);
    let listed = pair.list().await;
    let mut editors: Vec<u64> = listed[0]["metadata"]["editors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|editor| editor.as_u64().unwrap())
        .collect();
    editors.sort_unstable();
    assert_eq!(editors, (0..CALLS as u64).collect::<Vec<_>>());
}

#[tokio::test(flavor = "multi_thread")]
async fn one_of_many_editors_of_a_state_wins() {
    let pair = Pair::start().await;
    let price = {
        pair.owner().make_plan("pro", json!({})).await;
        pair.owner()
            .make_price("pro", "monthly", 1, json!({}))
            .await
    };
    let path = format!("/plans/pro/prices/{price}");
    for round in 0..ROUNDS {
        let tag = pair.owner().get("/plans/pro").await;
        let tag = tag.header("etag").unwrap().to_owned();
        let replies = pair.at_once(CALLS, |owner, at| {
            let body = json!({"price": 100 + round * CALLS + at});
            let request = owner.request(Method::PUT, &path).header("if-match", &tag);
            async move { owner.send(request.json(&body)).await }
        });
        let replies = replies.await;
        one_won(&replies, "precondition_failed");
        let won = replies.iter().find(|reply| reply.status == 200).unwrap();
        eventually("the price of the one that won", async || {
            let plan = pair.owner().show_plan("pro").await;
            plan["prices"][0]["price"] == won.data()["price"]
        })
        .await;
    }
}

/// Runs a statement past the servers and checks that the database takes it as a duplicate.
async fn refused_as_duplicate(database: &DatabaseConnection, statement: &str) {
    let refused = database
        .execute_unprepared(statement)
        .await
        .expect_err(statement);
    let why = refused.sql_err();
    assert!(
        matches!(why, Some(SqlErr::UniqueConstraintViolation(_))),
        "{statement}: {refused}"
    );
}

#[tokio::test]
async fn the_database_itself_refuses_a_second_default() {
    let pair = Pair::start().await;
    for code in ["a", "b"] {
        pair.owner().make_plan(code, json!({})).await;
        for interval in ["weekly", "monthly"] {
            pair.owner().make_price(code, interval, 1, json!({})).await;
        }
    }
    let before = pair.list().await;
    let database = pair.servers[0].database.connect().await;
    for statement in [
        "UPDATE plans SET is_default = TRUE",
        "UPDATE plan_prices SET is_default = TRUE",
        "UPDATE plan_prices SET billing_interval = 'yearly'",
        "UPDATE plans SET code = 'a'",
    ] {
        refused_as_duplicate(&database, statement).await;
    }
    assert_eq!(pair.list().await, before);
    // The statements would have done something: what is no duplicate goes through.
    let harmless = "UPDATE plan_prices SET trial_days = 7";
    let done = database.execute_unprepared(harmless).await.unwrap();
    assert_eq!(done.rows_affected(), 4);
}
