//! Plans, features and groups.

use super::*;

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
async fn first_plans_at_once_have_one_default() {
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
async fn default_deleted_on_both_is_deleted_once() {
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
async fn churn_of_plans_leaves_one_default() {
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
    // Each pair of calls is for the same plan.
    for four in replies.chunks(4) {
        one_won(&four[..2], "plan_not_found");
        all_succeeded(&four[2..]);
    }
    check_invariants(&pair.list().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn plan_put_into_two_groups_is_in_one() {
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
            // Each group gets calls on each server.
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
async fn feature_is_either_deleted_or_added() {
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
