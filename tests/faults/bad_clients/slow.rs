//! Clients that send or read slowly, or not at all.

use super::*;

#[tokio::test]
async fn a_client_that_sends_no_head_is_disconnected() {
    let server = with_short_timeouts().await;
    for start in ["", "G", "GET /livez HTTP/1.1\r\nhost: local"] {
        let mut wire = Wire::open(&server.base).await;
        wire.send(start).await;
        let answer = wire.read_to_end().await;
        assert!(!answer.starts_with(b"HTTP/1.1 200"), "{start}");
    }
    // Sending one header at a time does not extend the timeout.
    assert!(send_headers_slowly(&server.base).await);
    // Staying idle after a request does not keep the connection open.
    let mut wire = Wire::open(&server.base).await;
    wire.send("GET /livez HTTP/1.1\r\nhost: localhost\r\n\r\n")
        .await;
    assert!(wire.read_to_end().await.starts_with(b"HTTP/1.1 200"));
}

/// Sends one header after another; returns whether the server closes the connection.
async fn send_headers_slowly(base: &str) -> bool {
    let mut wire = Wire::open(base).await;
    wire.send("GET /livez HTTP/1.1\r\n").await;
    for number in 0..90 {
        if !wire.send(format!("x-{number}: 1\r\n")).await || wire.is_closed().await {
            return true;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    false
}

#[tokio::test]
async fn who_does_not_read_its_answers_is_cut_off() {
    let server = with_short_timeouts().await;
    let mut wire = Wire::open(&server.base).await;
    let request = "GET /docs/swagger-ui.js HTTP/1.1\r\nhost: localhost\r\n\r\n".repeat(50);
    wire.send(request).await;
    let sender = tokio::sync::Mutex::new(wire);
    eventually("the server to cut the connection", async || {
        !sender.lock().await.send("GET / HTTP/1.1\r\n").await
    })
    .await;
}

#[tokio::test]
async fn who_reads_slowly_but_reads_gets_all_of_it() {
    let server = with_short_timeouts().await;
    let script = reqwest::get(format!("{}/docs/swagger-ui.js", server.base)).await;
    let script = script.expect("an answer").bytes().await.expect("a script");
    let mut wire = Wire::open(&server.base).await;
    let request = "GET /docs/swagger-ui.js HTTP/1.1\r\nhost: localhost\r\n\r\n";
    wire.send(request.repeat(6)).await;
    tokio::time::sleep(SOON / 3).await;
    let all = wire.read_to_end().await;
    assert!(all.len() > 6 * script.len());
}

#[tokio::test]
async fn slow_bodies_keep_nobody_waiting() {
    let server = with_connections(1000).await;
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
    // A body that is completed after all is accepted.
    let mut first = halves.swap_remove(0);
    first.send("\"Teams\"}").await;
    let answer = first.read().await;
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
}

/// Checks that the server refuses the call and closes the connection.
async fn check_refused_and_closed(mut wire: Wire, status: u16, code: &str) {
    let answer = wire.read_to_end().await;
    raw::parse(&answer).refused(status, code);
}

#[tokio::test]
async fn stalled_body_times_out_alone() {
    let server = with_short_timeouts().await;
    let owner = server.owner().await;
    let half = half_a_call(&owner, &server.base).await;
    owner
        .post("/plan-groups", json!({"name": "Meanwhile"}))
        .await
        .data();
    check_refused_and_closed(half, 400, "invalid_json").await;
    // Sending one byte at a time does not extend the timeout.
    let mut slow = half_a_call(&owner, &server.base).await;
    for _ in 0..6 {
        tokio::time::sleep(SOON / 4).await;
        slow.send(" ").await;
    }
    check_refused_and_closed(slow, 400, "invalid_json").await;
    let groups = owner.get("/plan-groups").await;
    assert_eq!(each(groups.data(), "name"), json!(["Meanwhile"]));
}

#[tokio::test]
async fn rest_of_a_large_body_is_not_awaited() {
    let server = with_short_timeouts().await;
    let owner = server.owner().await;
    let mut wire = Wire::open(&server.base).await;
    wire.send(format!(
        "POST /api/v1/plan-groups HTTP/1.1\r\nhost: localhost\r\nx-api-key: {}\r\n\
         content-type: application/json\r\ncontent-length: 9000000\r\n\r\n{}",
        owner.key(),
        " ".repeat(2 * 1024 * 1024)
    ))
    .await;
    check_refused_and_closed(wire, 413, "body_too_large").await;
}
