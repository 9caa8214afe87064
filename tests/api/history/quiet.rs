//! Calls that change nothing leave nothing in the log.

use super::*;

/// Checks that a call leaves neither a change nor a revision.
async fn check_quiet(owner: &Actor, what: &str, call: impl Future<Output = Reply>) -> Reply {
    let before = log(owner).await;
    let reply = call.await;
    assert_eq!(log(owner).await.body, before.body, "{what}: {}", reply.body);
    reply
}

async fn full_shop() -> Shop {
    let shop = Shop::with_balance().await;
    shop.add_calls(20).await.data();
    shop.set("jpy", "150", shop.manual_price(7000)).await.data();
    let group = json!({"name": "Teams"});
    let group = shop.owner.post("/plan-groups", group).await.id().to_owned();
    let add = json!({"planId": "pro"});
    let path = format!("/plan-groups/{group}/plans");
    shop.owner.post(&path, add).await.data();
    shop
}

/// Writes that ask for what is there already.
async fn idle(shop: &Shop) -> Vec<(Method, String, Value)> {
    let put = |path: &str, body: Value| (Method::PUT, path.to_owned(), body);
    let plan = shop.show().await;
    let group = format!("/plan-groups/{}", text(&plan["planGroupId"]));
    let price = format!("/plans/pro/prices/{}", shop.price);
    let manual = json!([{"currency": "jpy", "price": 7000}]);
    let rate = json!({"currency": "jpy", "exchangeRate": 150});
    vec![
        put("/plans/pro/manage", json!({"name": "pro"})),
        put("/plans/pro/manage", json!({"description": null})),
        put("/plans/pro/visibility", json!({"isPublic": true})),
        put("/features/calls/manage", json!({"name": "calls"})),
        put(&group, json!({"name": "Teams", "isPublic": true})),
        put(
            &format!("{group}/plans/reorder"),
            json!({"planIds": ["pro"]}),
        ),
        put(&price, json!({"price": 4900, "trialDays": 0})),
        put(&format!("{price}/default"), Value::Null),
        put(&format!("{price}/regional"), json!({"overrides": manual})),
        put("/plans/pro/regional", rate),
        put("/plans/pro/features/calls", json!({"enabled": true})),
        (
            Method::POST,
            "/plans/pro/regional/jpy/resync".to_owned(),
            json!({"features": ["calls"]}),
        ),
    ]
}

#[tokio::test]
async fn a_write_that_changes_nothing_is_no_change() {
    let shop = full_shop().await;
    let owner = &shop.owner;
    let before = everything(owner).await;
    for (index, (method, path, body)) in idle(&shop).await.into_iter().enumerate() {
        for key in [None, Some(format!("key {index}"))] {
            let mut request = owner.request(method.clone(), &path);
            if let Some(key) = &key {
                request = request.header("idempotency-key", key);
            }
            if !body.is_null() {
                request = request.json(&body);
            }
            let again = request.try_clone().expect("a copy");
            check_quiet(owner, &path, owner.send(request)).await.data();
            let again = check_quiet(owner, &path, owner.send(again)).await;
            again.data();
            let is_replayed = again.header("idempotency-replayed").is_some();
            assert_eq!(is_replayed, key.is_some(), "{path}");
        }
    }
    assert_eq!(everything(owner).await, before);
}

#[tokio::test]
async fn a_replay_is_no_change() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let call = || {
        let request = owner.request(Method::POST, "/plan-groups");
        let request = request.header("idempotency-key", "one");
        owner.send(request.json(&json!({"name": "Teams"})))
    };
    change_by(&owner, call()).await;
    let again = check_quiet(&owner, "a replay", call()).await;
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
}

#[tokio::test]
async fn a_refused_call_is_no_change() {
    let shop = full_shop().await;
    let owner = &shop.owner;
    let posts = [
        ("/plans/manage", json!({"name": "Pro", "code": "pro"}), 409),
        ("/plans/manage", json!({"name": "Pro"}), 400),
        (
            "/plans/none/prices",
            json!({"billingInterval": "weekly", "price": 1}),
            404,
        ),
        (
            "/plans/pro/prices",
            json!({"billingInterval": "monthly", "price": 1}),
            409,
        ),
        ("/plan-groups", json!({"name": "Teams"}), 409),
    ];
    for (path, body, status) in posts {
        let reply = check_quiet(owner, path, owner.post(path, body)).await;
        assert_eq!(reply.status, status, "{path}");
    }
    let delete = owner.delete("/features/calls/manage");
    let reply = check_quiet(owner, "a feature in use", delete).await;
    reply.refused(409, "feature_in_use");
    let stale = owner.request(Method::PUT, "/plans/pro/manage");
    let stale = stale.header("if-match", "\"other\"");
    let stale = owner.send(stale.json(&json!({"name": "Other"})));
    let reply = check_quiet(owner, "a stale tag", stale).await;
    reply.refused(412, "precondition_failed");
}

#[tokio::test]
async fn the_next_change_has_the_next_revision() {
    let shop = full_shop().await;
    let owner = &shop.owner;
    let before = head(owner).await;
    for (method, path, body) in idle(&shop).await {
        let request = owner.request(method, &path);
        match body {
            Value::Null => owner.send(request).await.data(),
            body => owner.send(request.json(&body)).await.data(),
        };
    }
    let change = change_by(owner, shop.change(json!({"price": 5000}))).await;
    assert_eq!(change["revision"], before + 1);
    let all = revisions(&log(owner).await);
    let expected: Vec<_> = (1..=before + 1).rev().collect();
    assert_eq!(all, expected);
}
