//! Large bodies, and refusals before a body is read.

use super::*;

/// The maximum number of concurrent large bodies of one key.
const LARGE_BODIES_OF_KEY: usize = 16;

async fn create_large(owner: &Actor, name: &str) -> Reply {
    let spaces = " ".repeat(900_000);
    let body = format!("{{\"name\":\"{name}\"{spaces}}}");
    owner.raw(Method::POST, "/plan-groups", body).await
}

#[tokio::test]
async fn one_key_cannot_take_every_body_slot() {
    let server = with_connections(1000).await;
    let owner = server.owner().await;
    let other = server.actor("other", Mode::Live).await;
    let half = async || {
        let mut wire = Wire::open(&server.base).await;
        wire.send(format!(
            "POST /api/v1/plan-groups HTTP/1.1\r\nhost: localhost\r\nx-api-key: {}\r\n\
             content-type: application/json\r\ncontent-length: 200000\r\n\r\n{}",
            owner.key(),
            " ".repeat(100_000)
        ))
        .await;
        wire
    };
    let mut halves = Vec::new();
    for _ in 0..LARGE_BODIES_OF_KEY {
        halves.push(half().await);
    }
    // The call is sent all at once, and its client still gets the reason for the refusal.
    let mut reply = create_large(&owner, "Mine").await;
    while reply.status != 503 {
        assert!(
            halves.len() < 10 * LARGE_BODIES_OF_KEY,
            "every body is accepted"
        );
        // A busy server may have refused some of the halves.
        halves.push(half().await);
        reply = create_large(&owner, "Mine").await;
    }
    reply.refused(503, "unavailable");
    // Small bodies of the key, and large ones of other keys, are still accepted.
    let small = json!({"name": "Small"});
    owner.post("/plan-groups", small).await.data();
    create_large(&other, "Theirs").await.data();
    drop(halves);
    eventually("a free slot", async || {
        create_large(&owner, "Again").await.status != 503
    })
    .await;
}

#[tokio::test]
async fn early_refusals_are_heard() {
    let server = with_connections(1000).await;
    let owner = server.owner().await;
    let stranger = owner.with_key("ck_live_wrong");
    for (actor, method, path, status) in [
        (&stranger, Method::POST, "/plan-groups", 401),
        (&owner, Method::POST, "/nowhere", 404),
        (&owner, Method::PATCH, "/plans", 405),
        (&owner, Method::DELETE, "/api-keys/none", 404),
    ] {
        for length in [900_000, 8_000_000] {
            let body = " ".repeat(length);
            let reply = actor.raw(method.clone(), path, body).await;
            assert_eq!(reply.status, status, "{method} {path}");
        }
    }
    let text = owner.request(Method::POST, "/plan-groups");
    let text = text.header("content-type", "text/plain");
    let reply = owner.send(text.body(" ".repeat(8_000_000))).await;
    reply.refused(415, "unsupported_media_type");
}

#[tokio::test]
async fn a_refused_request_gets_no_100_continue() {
    let server = with_connections(1000).await;
    let answer = only_answer(
        &server.base,
        "POST /api/v1/plan-groups HTTP/1.1\r\nhost: localhost\r\nx-api-key: ck_live_wrong\r\n\
         content-type: application/json\r\ncontent-length: 16\r\nexpect: 100-continue\r\n\r\n",
    )
    .await;
    answer.refused(401, "unauthorized");
}
