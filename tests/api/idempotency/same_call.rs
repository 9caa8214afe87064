//! Which calls count as the same call.

use super::*;

#[tokio::test]
async fn the_same_call_again_gets_the_same_answer() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let first = group(&owner, "one", "Teams").await;
    first.data();
    assert!(first.header("idempotency-replayed").is_none());
    check_replay(&group(&owner, "one", "Teams").await, &first);
    // The replay is the original answer, even if the group has changed since.
    let path = format!("/plan-groups/{}", first.id());
    owner.put(&path, json!({"name": "Many"})).await.data();
    check_replay(&group(&owner, "one", "Teams").await, &first);
    owner.delete(&path).await.data();
    check_replay(&group(&owner, "one", "Teams").await, &first);
    assert!(ids(&owner.get("/plan-groups").await).is_empty());
    // With another key it is another call.
    let second = group(&owner, "two", "Teams").await;
    assert!(!is_replayed(&second));
    assert_ne!(second.id(), first.id());
}

#[tokio::test]
async fn a_put_is_repeated_as_a_post_is() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let made = owner.post("/plan-groups", json!({"name": "Teams"})).await;
    let path = format!("/plan-groups/{}", made.id());
    let body = json!({"name": "Many"});
    let first = keyed(&owner, Method::PUT, &path, "one", &body).await;
    owner.put(&path, json!({"name": "Few"})).await.data();
    check_replay(
        &keyed(&owner, Method::PUT, &path, "one", &body).await,
        &first,
    );
    assert_eq!(owner.get(&path).await.text("name"), "Few");
}

#[tokio::test]
async fn a_put_without_a_body_is_repeated_too() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    owner.make_plan("pro", json!({})).await;
    let monthly = owner.make_price("pro", "monthly", 1, json!({})).await;
    let yearly = owner.make_price("pro", "yearly", 1, json!({})).await;
    let default = |price: &str| format!("/plans/pro/prices/{price}/default");
    let first = keyed(&owner, Method::PUT, &default(&yearly), "one", &Value::Null).await;
    first.data();
    owner.put(&default(&monthly), json!({})).await.data();
    check_replay(
        &keyed(&owner, Method::PUT, &default(&yearly), "one", &Value::Null).await,
        &first,
    );
    assert_eq!(
        owner.get("/plans/pro").await.data()["prices"][0]["isDefault"],
        true
    );
    let other = keyed(&owner, Method::PUT, &default(&monthly), "one", &Value::Null).await;
    other.refused(409, "idempotency_key_mismatch");
}

#[tokio::test]
async fn a_key_belongs_to_one_call_and_body() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let first = group(&owner, "one", "Teams").await;
    let path = format!("/plan-groups/{}", first.id());
    let body = json!({"name": "Teams"});
    for (method, path, body) in [
        (Method::POST, "/plan-groups", json!({"name": "Many"})),
        (
            Method::POST,
            "/plan-groups",
            json!({"name": "Teams", "isPublic": true}),
        ),
        (Method::POST, "/api-keys", body.clone()),
        (Method::PUT, &path, body.clone()),
        // The object that the path names does not matter: the key is taken.
        (Method::PUT, "/plan-groups/none", body),
    ] {
        let other = keyed(&owner, method, path, "one", &body).await;
        other.refused(409, "idempotency_key_mismatch");
    }
    assert_eq!(ids(&owner.get("/plan-groups").await).len(), 1);
    check_replay(&group(&owner, "one", "Teams").await, &first);
}

#[tokio::test]
async fn spacing_and_key_order_do_not_matter() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let body =
        r#"{"name":"Té","code":"te","isPublic":true,"metadata":{"a":{"x":1,"y":2},"b":[1,2]}}"#;
    let first = keyed_text(&owner, "/plans/manage", "one", body).await;
    for same in [
        "\r\n{ \"name\" : \"T\u{e9}\",\n\t\"code\":\"te\",\"isPublic\":true,\
         \"metadata\":{\"a\":{\"x\":1,\"y\":2},\"b\":[ 1 ,2 ]} } ",
        r#"{"metadata":{"b":[1,2],"a":{"y":2,"x":1}},"isPublic":true,"code":"te","name":"Té"}"#,
        r#"{"n\u0061me":"T\u00E9","code":"te","isPublic":true,"metadata":{"a":{"x":1,"y":2},"b":[1,2]}}"#,
    ] {
        check_replay(
            &keyed_text(&owner, "/plans/manage", "one", same).await,
            &first,
        );
    }
    for other in [
        r#"{"name":"Té","code":"te","isPublic":true,"metadata":{"a":{"x":1,"y":2},"b":[2,1]}}"#,
        r#"{"name":"Té","code":"te","isPublic":true,"metadata":{"a":{"x":1,"y":"2"},"b":[1,2]}}"#,
        r#"{"name":"Te\u0301","code":"te","isPublic":true,"metadata":{"a":{"x":1,"y":2},"b":[1,2]}}"#,
        r#"{"name":"Té","code":"te","metadata":{"a":{"x":1,"y":2},"b":[1,2]}}"#,
    ] {
        let reply = keyed_text(&owner, "/plans/manage", "one", other).await;
        reply.refused(409, "idempotency_key_mismatch");
    }
}

#[tokio::test]
async fn a_failed_call_leaves_no_record() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let taken = owner.post("/plan-groups", json!({"name": "Taken"})).await;
    let unknown = format!("/plan-groups/grp_{}/plans", "0".repeat(32));
    for (path, body, status) in [
        ("/plan-groups", json!({"name": ""}), 400),
        (unknown.as_str(), json!({"planId": "none"}), 404),
        ("/plans/manage", json!({"name": "A", "code": "manage"}), 400),
        ("/plan-groups", json!({"name": "Taken"}), 409),
    ] {
        for _ in 0..2 {
            let refused = keyed(&owner, Method::POST, path, "one", &body).await;
            assert_eq!(refused.status, status, "{}", refused.body);
            assert!(!is_replayed(&refused));
        }
    }
    keyed_text(&owner, "/plan-groups", "one", "{")
        .await
        .refused(400, "invalid_json");
    assert!(records(&server.database.connect().await).await.is_empty());
    // Once the name is free, the same call with the same key succeeds.
    owner
        .delete(&format!("/plan-groups/{}", taken.id()))
        .await
        .data();
    let made = group(&owner, "one", "Taken").await;
    made.data();
    check_replay(&group(&owner, "one", "Taken").await, &made);
}
