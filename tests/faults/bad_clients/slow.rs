//! Clients that send or read slowly, or not at all.

use super::*;

#[tokio::test]
async fn a_client_that_sends_no_head_is_disconnected() {
    let server = impatient().await;
    for start in ["", "G", "GET /livez HTTP/1.1\r\nhost: local"] {
        let mut wire = Wire::open(&server.base).await;
        wire.say(start).await;
        let answer = wire.rest().await;
        assert!(!answer.starts_with(b"HTTP/1.1 200"), "{start}");
    }
    // A header at a time is no way to stay.
    assert!(dribble(&server.base).await);
    // Nor is a request, and then nothing more.
    let mut wire = Wire::open(&server.base).await;
    wire.say("GET /livez HTTP/1.1\r\nhost: localhost\r\n\r\n")
        .await;
    assert!(wire.rest().await.starts_with(b"HTTP/1.1 200"));
}

/// Sends one header after the other until the server has had enough.
async fn dribble(base: &str) -> bool {
    let mut wire = Wire::open(base).await;
    wire.say("GET /livez HTTP/1.1\r\n").await;
    for number in 0..90 {
        if !wire.say(format!("x-{number}: 1\r\n")).await || wire.is_closed().await {
            return true;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    false
}

#[tokio::test]
async fn who_does_not_read_its_answers_is_cut_off() {
    let server = impatient().await;
    let mut wire = Wire::open(&server.base).await;
    let request = "GET /docs/swagger-ui.js HTTP/1.1\r\nhost: localhost\r\n\r\n".repeat(50);
    wire.say(request).await;
    let sender = tokio::sync::Mutex::new(wire);
    eventually("the cut", async || {
        !sender.lock().await.say("GET / HTTP/1.1\r\n").await
    })
    .await;
}

#[tokio::test]
async fn who_reads_slowly_but_reads_gets_all_of_it() {
    let server = impatient().await;
    let script = reqwest::get(format!("{}/docs/swagger-ui.js", server.base)).await;
    let script = script.expect("an answer").bytes().await.expect("a script");
    let mut wire = Wire::open(&server.base).await;
    let request = "GET /docs/swagger-ui.js HTTP/1.1\r\nhost: localhost\r\n\r\n";
    wire.say(request.repeat(6)).await;
    tokio::time::sleep(SOON / 3).await;
    let all = wire.rest().await;
    assert!(all.len() > 6 * script.len());
}

#[tokio::test]
async fn slow_bodies_keep_nobody_waiting() {
    let server = patient(1000).await;
    let owner = server.owner().await;
    let mut halves = Vec::new();
    for _ in 0..100 {
        halves.push(half_a_call(&owner, &server.base).await);
    }
    owner.get("/plans").await.data();
    owner
        .post("/plan-groups", json!({"name": "Meanwhile"}))
        .await
        .data();
    // Those that end after all are served.
    let mut first = halves.swap_remove(0);
    first.say("\"Teams\"}").await;
    let answer = first.some().await;
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
}

/// Ends well when the server has refused the call of a connection, and closed that.
async fn given_up(mut wire: Wire, status: u16, code: &str) {
    let answer = wire.rest().await;
    raw::parse(&answer).refused(status, code);
}

#[tokio::test]
async fn stalled_body_times_out_alone() {
    let server = impatient().await;
    let owner = server.owner().await;
    let half = half_a_call(&owner, &server.base).await;
    owner
        .post("/plan-groups", json!({"name": "Meanwhile"}))
        .await
        .data();
    given_up(half, 400, "invalid_json").await;
    // A byte at a time is no way to stay.
    let mut slow = half_a_call(&owner, &server.base).await;
    for _ in 0..6 {
        tokio::time::sleep(SOON / 4).await;
        slow.say(" ").await;
    }
    given_up(slow, 400, "invalid_json").await;
    let groups = owner.get("/plan-groups").await;
    assert_eq!(each(groups.data(), "name"), json!(["Meanwhile"]));
}

#[tokio::test]
async fn rest_of_a_large_body_is_not_awaited() {
    let server = impatient().await;
    let owner = server.owner().await;
    let mut wire = Wire::open(&server.base).await;
    wire.say(format!(
        "POST /api/v1/plan-groups HTTP/1.1\r\nhost: localhost\r\nx-api-key: {}\r\n\
         content-type: application/json\r\ncontent-length: 9000000\r\n\r\n{}",
        owner.key(),
        " ".repeat(2 * 1024 * 1024)
    ))
    .await;
    given_up(wire, 413, "body_too_large").await;
}
