//! Prices, default prices and rates.

use super::*;

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
                // The two ways to set the default.
                0 => owner.put(&path, json!({"isDefault": true})).await,
                1 => owner.put(&format!("{path}/default"), json!({})).await,
                // Concurrent reads show one default too.
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
async fn derived_price_follows_base_and_rate() {
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
                // Concurrent reads are consistent too.
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
async fn price_added_beside_a_new_rate_uses_it() {
    let pair = Pair::start().await;
    pair.owner().make_feature("calls", "usage").await;
    for round in 0..ROUNDS {
        let code = format!("plan_{round}");
        pair.owner().make_plan(&code, json!({})).await;
        let replies = pair.at_once(3, |owner, at| {
            let plan = format!("/plans/{code}");
            // The order of the calls changes with each round.
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
async fn price_is_added_before_deletion_or_never() {
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
