//! Hints in refusals about what the caller probably meant.

use super::*;

#[track_caller]
fn says(reply: &Reply, words: &str) {
    let message = reply.body["error"]["message"].as_str().unwrap_or_default();
    assert!(message.contains(words), "{message}");
}

#[tokio::test]
async fn a_wrong_method_is_told_the_right_call() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    for (method, path, allow, meant) in [
        (
            Method::POST,
            "/plans",
            "GET, HEAD",
            "To create a plan, send `POST /api/v1/plans/manage`",
        ),
        (
            Method::PATCH,
            "/plans/pro",
            "GET, HEAD",
            "`PUT /api/v1/plans/{id}/manage`",
        ),
        (
            Method::PUT,
            "/%70lans/pro",
            "GET, HEAD",
            "`PUT /api/v1/plans/{id}/manage`",
        ),
        (
            Method::DELETE,
            "/features/a",
            "GET, HEAD",
            "`DELETE /api/v1/features/{code}/manage`",
        ),
        (
            Method::GET,
            "/plans/pro/prices",
            "POST",
            "`GET /api/v1/plans/{id}`",
        ),
        (
            Method::PATCH,
            "/plan-groups/a",
            "DELETE, GET, HEAD, PUT",
            "`PUT /api/v1/plan-groups/{id}`",
        ),
    ] {
        let reply = owner.send(owner.request(method, path)).await;
        reply.refused(405, "method_not_allowed");
        assert_eq!(reply.header("allow"), Some(allow), "{path}");
        says(&reply, meant);
    }
    let reply = owner.delete("/plans").await;
    says(&reply, "The path exists, but not with this method.");
}

#[tokio::test]
async fn key_in_the_wrong_header_gets_a_hint() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let stranger = server.stranger();
    let call = || stranger.request(Method::GET, "/plans");
    for value in [format!("Bearer {}", owner.key()), "Basic Og==".to_owned()] {
        let reply = stranger.send(call().header("authorization", value)).await;
        reply.refused(401, "unauthorized");
        says(&reply, "`x-api-key`");
    }
    // A wrong key gets the same answer as always.
    let wrong = stranger.with_key("ck_sandbox_0");
    let plain = wrong.get("/plans").await;
    let call = wrong
        .request(Method::GET, "/plans")
        .header("authorization", "Bearer x");
    assert_eq!(wrong.send(call).await.body, plain.body);
    assert_eq!(stranger.get("/plans").await.body, plain.body);
}

#[tokio::test]
async fn money_with_a_point_is_told_its_unit() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    owner.make_plan("pro", json!({})).await;
    owner.make_feature("calls", "usage").await;
    let price = |price: Value| json!({"billingInterval": "monthly", "price": price});
    for sent in [json!(49.99), json!("49.99"), json!("$49.99")] {
        let reply = owner.post("/plans/pro/prices", price(sent)).await;
        reply.invalid(&["price"]);
        says(&reply, "in minor units: 4999 for $49.99");
    }
    let body = json!({"featureId": "calls", "overage": {"enabled": true, "unitPrice": 0.002}});
    let reply = owner.post("/plans/pro/features", body).await;
    reply.invalid(&["overage.unitPrice"]);
    says(&reply, "in 1/10000 of a major unit: 20 for 0.002");
}

#[tokio::test]
async fn missing_reference_names_its_field() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    owner.make_plan("pro", json!({})).await;
    let price = owner.make_price("pro", "monthly", 4900, json!({})).await;
    let group = owner
        .post("/plan-groups", json!({"name": "Team"}))
        .await
        .id()
        .to_owned();
    let regional = |more: Value| {
        crate::support::making::merged(json!({"currency": "eur", "exchangeRate": 0.9}), more)
    };
    let put = async |more: Value| owner.put("/plans/pro/regional", regional(more)).await;
    let groups = format!("/plan-groups/{group}/plans");
    let nowhere = "prc_01960b2e8f3a7c41a5d2e9b07c6f1d34";
    for (reply, code, param) in [
        (
            owner.post("/plans/manage", json!({"name": "A", "code": "a", "planGroupId": "grp_0"})).await,
            "plan_group_not_found",
            "planGroupId",
        ),
        (
            owner.post("/plans/pro/features", json!({"featureId": "nowhere"})).await,
            "feature_not_found",
            "featureId",
        ),
        (
            owner.post(&groups, json!({"planId": "nowhere"})).await,
            "plan_not_found",
            "planId",
        ),
        (
            put(json!({"prices": [{"priceId": price, "price": 1}, {"priceId": nowhere, "price": 1}]})).await,
            "price_not_found",
            "prices[1].priceId",
        ),
        (
            put(json!({"features": [{"featureId": "nowhere", "overageUnitPrice": 1}]})).await,
            "feature_not_in_plan",
            "features[0].featureId",
        ),
        (
            put(json!({"introOffers": [{"priceId": nowhere, "discountType": "amount",
                "discountValue": 1, "durationCycles": 1}]})).await,
            "price_not_found",
            "introOffers[0].priceId",
        ),
        (
            owner
                .post(
                    "/plans/pro/regional/eur/resync",
                    json!({"features": ["nowhere"]}),
                )
                .await,
            "feature_not_in_plan",
            "features[0]",
        ),
        (
            owner
                .post(
                    "/plans/pro/regional/eur/resync",
                    json!({"prices": [price, nowhere]}),
                )
                .await,
            "price_not_found",
            "prices[1]",
        ),
    ] {
        reply.refused(404, code);
        assert_eq!(reply.body["error"]["param"], param);
        says(&reply, &format!("`{param}`: "));
    }
    // A path parameter is not a field of the body.
    let reply = owner
        .post("/plans/nowhere/features", json!({"featureId": "a"}))
        .await;
    assert_eq!(
        reply.refused(404, "plan_not_found").body["error"].get("param"),
        None
    );
}

#[tokio::test]
async fn a_feature_in_use_names_its_plans() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    owner.make_feature("calls", "usage").await;
    for number in 0..22 {
        let plan = format!("p{number}");
        owner
            .make_plan(&plan, json!({"isPublic": number % 2 == 0}))
            .await;
        let path = format!("/plans/{plan}/features");
        owner
            .post(&path, json!({"featureId": "calls"}))
            .await
            .data();
    }
    owner.delete("/plans/p1/manage").await.data();
    let reply = owner.delete("/features/calls/manage").await;
    reply.refused(409, "feature_in_use");
    says(&reply, "`p0`, `p2`, ");
    says(&reply, ", and 1 more.");
    let details = reply.body["error"]["details"].as_array().unwrap();
    assert_eq!(details.len(), 20);
    assert_eq!(details[0]["field"], "plans[p0]");
    assert_eq!(reply.body["error"].get("param"), None);
}
