//! Every write, with current, stale and missing tags.

use super::*;

#[tokio::test]
async fn every_write_keeps_to_if_match() {
    let server = TestServer::start().await;
    let mut conditional = 0;
    for operation in writes() {
        let id = &operation.id;
        let shop = Shop::of(&server, id).await;
        let path = shop.path(operation, None);
        let Some(target) = shop.target(operation) else {
            continue;
        };
        conditional += 1;
        assert!(takes_if_match(operation), "{id} does not declare it");
        let before = shop.everything().await;
        let tag = tag_of(&shop.owner, &target).await;
        let weak = format!("W/{tag}");
        for refused in [&[STALE][..], &[&weak], &[STALE, &weak]] {
            let reply = shop.send(operation, &path, refused).await;
            assert_eq!(stale(&reply), tag, "{id}");
        }
        let malformed = shop.send(operation, &path, &[&tag, "*"]).await;
        malformed.invalid(&["If-Match"]);
        let nothing = shop.path(operation, Some("nothing"));
        for value in [STALE, "*"] {
            let reply = shop.send(operation, &nothing, &[value]).await;
            assert_eq!(reply.status, 404, "{id}: {}", reply.body);
        }
        assert_eq!(shop.everything().await, before, "{id}");
        assert_eq!(tag_of(&shop.owner, &target).await, tag, "{id}");
        shop.send(operation, &path, &[STALE, &tag]).await.data();
        assert_ne!(shop.everything().await, before, "{id}");
        // A deleted object has no state; every other one has a new state.
        let again = shop.send(operation, &path, &[&tag]).await;
        match shop.owner.get(&target).await {
            gone if gone.status == 404 => assert_eq!(again.status, 404, "{id}"),
            shown if again.status == 412 => assert_eq!(Some(stale(&again)), shown.header("etag")),
            // The named object is gone.
            _ => assert_eq!(again.status, 404, "{id}: {}", again.body),
        }
    }
    assert!(conditional > 20, "{conditional}");
}

#[tokio::test]
async fn a_star_matches_any_state() {
    let server = TestServer::start().await;
    for operation in writes() {
        let shop = Shop::of(&server, &operation.id).await;
        let path = shop.path(operation, None);
        if shop.target(operation).is_some() {
            let before = shop.everything().await;
            shop.send(operation, &path, &["*"]).await.data();
            assert_ne!(shop.everything().await, before, "{}", operation.id);
        }
    }
}

#[tokio::test]
async fn other_writes_refuse_if_match() {
    let server = TestServer::start().await;
    let shop = Shop::of(&server, "acme").await;
    let mut refused = 0;
    for operation in writes().filter(|operation| shop.target(operation).is_none()) {
        assert!(!takes_if_match(operation), "{} declares it", operation.id);
        refused += 1;
        let path = shop.path(operation, None);
        for value in [STALE, "*"] {
            let reply = shop.send(operation, &path, &[value]).await;
            reply.invalid(&["If-Match"]);
        }
    }
    assert!(refused >= 5, "{refused}");
    let listed = shop.owner.get("/plans?includePrivate=true").await;
    assert_eq!(listed.data().as_array().unwrap().len(), 3);
    // Reads ignore `If-Match`.
    for path in ["/plans", "/plans/pro", "/currencies"] {
        let reply = matching(&shop.owner, &Method::GET, path, &Value::Null, &[STALE]).await;
        reply.data();
    }
}
